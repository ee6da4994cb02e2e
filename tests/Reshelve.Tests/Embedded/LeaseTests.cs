using Reshelve.Embedded;
using Reshelve.Running;

namespace Reshelve.Tests.Embedded;

/// <summary>Leases whose owner is suspended, as several processes see them: stores with clocks of their own.</summary>
public sealed class LeaseTests : IDisposable
{
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly SteppedTime _ownersTime = new();
    private readonly SteppedTime _time = new();
    private readonly FileRunStore _owners;
    private readonly FileRunStore _store;

    public LeaseTests()
    {
        _owners = new FileRunStore(_folder.Path, _ownersTime);
        _store = new FileRunStore(_folder.Path, _time);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_owner_that_gives_signs_of_life_keeps_the_catalog()
    {
        using var lease = _owners.Acquire("shop", "sync");
        for (var minute = 0; minute < 30; minute++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Should.Throw<CatalogBusyException>(() => _store.Acquire("shop", "sync")).Message.ShouldNotContain("sign of life");
        }

        lease.EnsureHeld().Dispose();
        lease.TakenFrom.ShouldBeNull();
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void An_owner_that_is_silent_for_two_minutes_loses_the_catalog_to_whoever_asks_next()
    {
        using var former = _owners.Acquire("shop", "sync");
        _ownersTime.IsSuspended = true;
        Pass(TwoMinutes - TimeSpan.FromSeconds(1));
        Should.Throw<CatalogBusyException>(() => _store.Acquire("shop", "plan")).Message.ShouldContain("no sign of life for 119 seconds");
        former.EnsureHeld().Dispose();

        Pass(TimeSpan.FromSeconds(1));
        using var next = _store.Acquire("shop", "plan");

        next.Run.ShouldBeGreaterThan(former.Run);
        next.TakenFrom.ShouldNotBeNull().ShouldContain($"run {former.Run} (sync, process {Environment.ProcessId}");
        next.EnsureHeld().Dispose();
        var lost = Should.Throw<LeaseLostException>(() => former.EnsureHeld());
        lost.Message.ShouldContain($"run {former.Run} no longer has catalog 'shop'");
        lost.Message.ShouldContain($"run {next.Run} (plan");
        former.Lost.IsCancellationRequested.ShouldBeTrue();
        Should.Throw<CatalogBusyException>(() => _owners.Acquire("shop", "sync")).Message.ShouldContain($"run {next.Run} ");
    }

    [Fact]
    public void The_one_who_lost_it_leaves_the_lease_of_the_next_alone()
    {
        var former = _owners.Acquire("shop", "sync");
        _ownersTime.IsSuspended = true;
        Pass(TwoMinutes);
        var next = _store.Acquire("shop", "sync");

        // It wakes up, and its heartbeat is what notices first.
        _ownersTime.Resume();
        former.Lost.IsCancellationRequested.ShouldBeTrue();
        next.EnsureHeld().Dispose();
        former.Dispose();

        next.EnsureHeld().Dispose();
        Should.Throw<CatalogBusyException>(() => _owners.Acquire("shop", "sync"));
        next.Dispose();
        using var third = _owners.Acquire("shop", "sync");
        third.TakenFrom.ShouldBeNull();
    }

    [Fact]
    public void Also_when_the_next_one_has_ended_already_the_lease_stays_lost()
    {
        using var former = _owners.Acquire("shop", "sync");
        _ownersTime.IsSuspended = true;
        Pass(TwoMinutes);
        _store.Acquire("shop", "sync").Dispose();

        Should.Throw<LeaseLostException>(() => former.EnsureHeld());
        _ownersTime.Resume();
        former.Lost.IsCancellationRequested.ShouldBeTrue();
        using var third = _store.Acquire("shop", "sync");
        third.EnsureHeld().Dispose();
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_takes_it_over()
    {
        using var former = _owners.Acquire("shop", "sync");
        _ownersTime.IsSuspended = true;
        Pass(TwoMinutes);

        var leases = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            try
            {
                return new FileRunStore(_folder.Path, _time).Acquire("shop", "sync");
            }
            catch (CatalogBusyException)
            {
                return null;
            }
        })));

        using var next = leases.OfType<ICatalogLease>().ShouldHaveSingleItem();
        next.EnsureHeld().Dispose();
        Should.Throw<LeaseLostException>(() => former.EnsureHeld());
    }

    [Fact]
    public async Task Nobody_takes_it_over_while_it_is_held_firmly()
    {
        using var former = _owners.Acquire("shop", "sync");
        _ownersTime.IsSuspended = true;
        Pass(TwoMinutes);
        Task<ICatalogLease> taking;
        using (former.EnsureHeld())
        using (former.EnsureHeld())
        {
            taking = Task.Run(() => _store.Acquire("shop", "sync"));
            await Task.Delay(200, TestContext.Current.CancellationToken);
            taking.IsCompleted.ShouldBeFalse();
            File.ReadAllText(_folder["shop/runs/lease.json"]).ShouldContain($"\"run\": {former.Run}");
        }

        using var next = await taking;
        Should.Throw<LeaseLostException>(() => former.EnsureHeld());
    }

    [Fact]
    public void A_heartbeat_says_who_has_the_catalog_and_when_it_was_last_alive()
    {
        using var lease = _owners.Acquire("shop", "rebuild");
        Pass(TimeSpan.FromSeconds(25));

        var json = File.ReadAllText(_folder["shop/runs/lease.json"]);
        foreach (var member in new[] { $"\"process\": {Environment.ProcessId}", "\"purpose\": \"rebuild\"", "08:00:20" })
            json.ShouldContain(member);
    }

    [Fact]
    public void A_clock_that_was_put_back_makes_no_owner_old()
    {
        Pass(TimeSpan.FromHours(1));
        using var lease = _owners.Acquire("shop", "sync");
        var behind = new FileRunStore(_folder.Path, new SteppedTime());
        Should.Throw<CatalogBusyException>(() => behind.Acquire("shop", "sync"));
    }

    [Fact]
    public void A_lease_whose_note_is_damaged_is_lost_rather_than_had_twice()
    {
        using var lease = _owners.Acquire("shop", "sync");
        File.WriteAllText(_folder["shop/runs/lease.json"], "{\"process\":");
        Should.Throw<LeaseLostException>(() => lease.EnsureHeld()).Message.ShouldContain("lease.json");
        Should.Throw<CatalogBusyException>(() => _store.Acquire("shop", "sync"));
    }

    private void Pass(TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromSeconds(1))
        {
            _ownersTime.Advance(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
