using Reshelve.Embedded.Sqlite;
using Reshelve.Enriching;

namespace Reshelve.Embedded.Images;

/// <summary>The references of one catalog in the picture cache, within a transaction.</summary>
internal sealed class ReferenceRows(SqliteDatabase database, long catalog)
{
    private const string Columns = "num, location, version, sha256, etag, modified, checked, due, failures, error, transient, changed, interval, refused";

    // What is never due is not due at the end of time either.
    private static readonly long Never = DateTimeOffset.MaxValue.UtcTicks;

    public ReferenceState? Find(ImageReference reference) => FindRow(reference)?.State;

    /// <summary>Saves a state. What differs from what was saved in more than its change is written.</summary>
    /// <param name="state">The state.</param>
    /// <param name="change">The number that it gets if it is a change.</param>
    /// <returns>The number if it was given; null otherwise.</returns>
    public long? Save(ReferenceState state, long change)
    {
        if (FindRow(state.Reference) is not var (number, known))
        {
            Write(Prepare(InsertSql, state, change).Bind(12, catalog).Bind(13, ReferenceHash.Of(state.Reference)), state.Reference);
            return change;
        }

        var isChange = known.Sha256 != state.Sha256 ||
            (state.Sha256 is null && ((known.Error is null) != (state.Error is null) || known.IsTransient != state.IsTransient));
        var next = state with { Changed = isChange ? change : known.Changed };
        if (next != known)
            Prepare(UpdateSql, next, next.Changed).Bind(12, number).Run();
        return isChange ? change : null;
    }

    public void Forget(ImageReference reference)
    {
        if (FindRow(reference) is var (number, _))
            database.Prepare("DELETE FROM refs WHERE num = ?").Bind(1, number).Run();
    }

    public IReadOnlyList<ReferenceState> Due(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        List(
            database.Prepare($"SELECT {Columns} FROM refs WHERE catalog = ? AND due <= ? ORDER BY due, num LIMIT ?")
                .Bind(1, catalog).Bind(2, Math.Min(now.UtcTicks, Never - 1)).Bind(3, Math.Max(limit, 0)),
            cancellationToken);

    public IReadOnlyList<ReferenceState> Changed(long after, int limit, CancellationToken cancellationToken) =>
        List(
            database.Prepare($"SELECT {Columns} FROM refs WHERE catalog = ? AND changed > ? ORDER BY changed LIMIT ?")
                .Bind(1, catalog).Bind(2, after).Bind(3, Math.Max(limit, 0)),
            cancellationToken);

    public IReadOnlyList<ReferenceState> Failing(ImageReference? after, int limit, CancellationToken cancellationToken)
    {
        var rows = database.Prepare(after is null ? FailingSql("") : FailingSql(AfterSql)).Bind(1, catalog).Bind(2, Math.Max(limit, 0));
        if (after is not null)
            rows.BindExact(3, after.Location).BindExact(4, after.Version);
        return List(rows, cancellationToken);
    }

    // Each of these counts entries of an index, and reads no row.
    public ReferenceTotals Count(DateTimeOffset now)
    {
        var all = Count("SELECT count(*) FROM refs WHERE catalog = ?");
        var lacking = Count("SELECT count(*) FROM refs WHERE catalog = ? AND sha256 IS NULL");
        var failing = Count("SELECT count(*) FROM refs WHERE catalog = ? AND error IS NOT NULL");
        var due = database.Prepare("SELECT count(*) FROM refs WHERE catalog = ? AND due <= ?")
            .Bind(1, catalog).Bind(2, Math.Min(now.UtcTicks, Never - 1)).Scalar() ?? 0;
        return new ReferenceTotals(all, all - lacking, failing, due);
    }

    private const string InsertSql =
        "INSERT INTO refs(sha256, etag, modified, checked, due, failures, error, transient, changed, interval, refused, catalog, hash, location, version) "
        + "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

    private const string UpdateSql =
        "UPDATE refs SET sha256 = ?1, etag = ?2, modified = ?3, checked = ?4, due = ?5, failures = ?6, error = ?7, transient = ?8, changed = ?9, "
        + "interval = ?10, refused = ?11 WHERE num = ?12";

    // The first condition is for the index; without a version comes before every version.
    private const string AfterSql = "AND location >= ?3 AND (location > ?3 OR version > ?4 OR (?4 IS NULL AND version IS NOT NULL))";

    private static string FailingSql(string after) =>
        $"SELECT {Columns} FROM refs WHERE catalog = ?1 AND error IS NOT NULL {after} ORDER BY location, version LIMIT ?2";

    private static void Write(SqliteStatement statement, ImageReference reference) =>
        statement.BindExact(14, reference.Location).BindExact(15, reference.Version).Run();

    private static ReferenceState Read(SqliteStatement row) => new()
    {
        Reference = new ImageReference(row.Exact(1)!, row.Exact(2)),
        Sha256 = row.Type(3) == SqliteType.Null ? null : HexBytes.Format(row.Blob(3)),
        ETag = row.Exact(4),
        LastModified = row.Exact(5),
        Checked = Time(row.Int64(6)),
        Due = Time(row.Int64(7)),
        Failures = (int)row.Int64(8),
        Error = row.Exact(9),
        IsTransient = row.Int64(10) != 0,
        Changed = row.Int64(11),
        Interval = row.Type(12) == SqliteType.Null ? null : TimeSpan.FromTicks(row.Int64(12)),
        RefusedUnder = row.Exact(13),
    };

    private static DateTimeOffset Time(long ticks) =>
        ticks >= 0 && ticks <= Never ? new DateTimeOffset(ticks, TimeSpan.Zero) : throw PackedColumn.Damaged("the time of a reference");

    private static List<ReferenceState> List(SqliteStatement rows, CancellationToken cancellationToken)
    {
        var list = new List<ReferenceState>();
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            list.Add(Read(rows));
        }

        rows.Reset();
        return list;
    }

    private (long Number, ReferenceState State)? FindRow(ImageReference reference)
    {
        // The version is compared by IS, to which nothing equals nothing.
        var row = database.Prepare($"SELECT {Columns} FROM refs WHERE catalog = ? AND hash = ? AND location = ? AND version IS ?")
            .Bind(1, catalog).Bind(2, ReferenceHash.Of(reference)).BindExact(3, reference.Location).BindExact(4, reference.Version);
        (long, ReferenceState)? found = row.Step() ? (row.Int64(0), Read(row)) : null;
        row.Reset();
        return found;
    }

    private SqliteStatement Prepare(string sql, ReferenceState state, long change)
    {
        var statement = database.Prepare(sql);
        _ = state.Sha256 is { } sha256 ? statement.BindBlob(1, HexBytes.Sha256(sha256, "the SHA-256 of a reference")) : statement.BindNull(1);
        _ = state.Interval is { } interval ? statement.Bind(10, interval.Ticks) : statement.BindNull(10);
        return statement.BindExact(2, state.ETag).BindExact(3, state.LastModified)
            .Bind(4, state.Checked.UtcTicks).Bind(5, state.Due.UtcTicks).Bind(6, state.Failures)
            .BindExact(7, state.Error).Bind(8, state.IsTransient ? 1 : 0).Bind(9, change).BindExact(11, state.RefusedUnder);
    }

    private long Count(string sql) => database.Prepare(sql).Bind(1, catalog).Scalar() ?? 0;
}
