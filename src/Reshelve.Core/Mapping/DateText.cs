using System.Buffers.Text;

namespace Reshelve.Mapping;

/// <summary>
/// One spelling per day and per moment: <c>2023-09-13</c>, and <c>2023-09-13T08:15:00Z</c> with as many decimals of a second as
/// count (at
/// most seven). Reads ISO 8601 dates and date-times (with <c>T</c> or a space; without an offset: UTC), <c>yyyyMMdd</c> and
/// <c>yyyy/MM/dd</c>.
/// </summary>
internal static class DateText
{
    /// <summary>Appends the canonical spelling; false when it is no date.</summary>
    public static bool TryAppend(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        if (IsCanonical(text))
        {
            output.Append(text);
            return true;
        }

        if (!TryReadDay(ref text, out var day))
            return false;
        if (text.IsEmpty)
        {
            AppendDay(day, output);
            return true;
        }

        if (text[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TryReadTime(text[1..], out var time, out var offset))
            return false;
        var ticks = day.Ticks + time.Ticks - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        AppendMoment(new DateTime(ticks, DateTimeKind.Utc), output);
        return true;
    }

    /// <summary>
    /// Recognises at a glance most texts that are canonical already (see MappingBenchmarks): days up to the 28th, whole
    /// seconds.
    /// </summary>
    private static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (10 or 20) || text[4] != '-' || text[7] != '-' || !IsBelow(text[..2], 100) || !IsBelow(text[2..4], 100) ||
            !IsBelow(text[5..7], 13) || !IsBelow(text[8..10], 29) || text[..4].SequenceEqual("0000"u8) || text[5..7].SequenceEqual("00"u8) ||
            text[8..10].SequenceEqual("00"u8))
        {
            return false;
        }

        return text.Length == 10 ||
            (text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == 'Z' &&
            IsBelow(text[11..13], 24) && IsBelow(text[14..16], 60) && IsBelow(text[17..19], 60));
    }

    private static bool IsBelow(ReadOnlySpan<byte> twoDigits, int limit)
    {
        var tens = twoDigits[0] - '0';
        var ones = twoDigits[1] - '0';
        return (uint)tens <= 9 && (uint)ones <= 9 && (tens * 10) + ones < limit;
    }

    private static bool TryReadDay(ref ReadOnlySpan<byte> text, out DateTime day)
    {
        day = default;
        int year, month, dayOfMonth;
        if (text.Length == 8 && TryReadNumber(text[..4], out year))
        {
            if (!TryReadNumber(text[4..6], out month) || !TryReadNumber(text[6..8], out dayOfMonth))
                return false;
            text = default;
        }
        else
        {
            if (text.Length < 10 || text[4] is not ((byte)'-' or (byte)'/') || text[7] != text[4] ||
                !TryReadNumber(text[..4], out year) || !TryReadNumber(text[5..7], out month) ||
                !TryReadNumber(text[8..10], out dayOfMonth))
            {
                return false;
            }

            text = text[10..];
        }

        if (year < 1 || month is < 1 or > 12 || dayOfMonth < 1 || dayOfMonth > DateTime.DaysInMonth(year, month))
            return false;
        day = new DateTime(year, month, dayOfMonth, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out TimeSpan time, out TimeSpan offset)
    {
        time = offset = default;
        var zoneAt = text.IndexOfAny("Zz+-"u8);
        var clock = zoneAt < 0 ? text : text[..zoneAt];
        if (zoneAt >= 0 && !TryReadOffset(text[zoneAt..], out offset))
            return false;
        if (clock.Length < 5 || clock[2] != ':' || !TryReadNumber(clock[..2], out var hour) ||
            !TryReadNumber(clock[3..5], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        var second = 0;
        long fraction = 0;
        if (clock.Length > 5 && (clock[5] != ':' || clock.Length < 8 || !TryReadNumber(clock[6..8], out second) || second > 59))
            return false;
        if (clock.Length > 8 && !TryReadFraction(clock[8..], out fraction))
            return false;
        time = new TimeSpan(hour, minute, second) + new TimeSpan(fraction);
        return true;
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 2 || text[0] is not ((byte)'.' or (byte)',') || text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return false;
        for (var i = 1; i <= 7; i++)
            ticks = (ticks * 10) + (i < text.Length ? text[i] - '0' : 0);
        return true;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text[0] is (byte)'Z' or (byte)'z')
            return text.Length == 1;
        var digits = text[1..];
        var minutesAt = digits.Length == 5 && digits[2] == ':' ? 3 : 2;
        var minute = 0;
        if (digits.Length is not (2 or 4 or 5) || (digits.Length == 5 && minutesAt != 3) ||
            !TryReadNumber(digits[..2], out var hour) || hour > 18 ||
            (digits.Length > 2 && (!TryReadNumber(digits[minutesAt..], out minute) || minute > 59)))
        {
            return false;
        }

        offset = new TimeSpan(hour, minute, 0);
        if (text[0] == '-')
            offset = -offset;
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        return digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && Utf8Parser.TryParse(digits, out value, out _);
    }

    private static void AppendDay(DateTime day, ByteBuffer output)
    {
        day.TryFormat(output.Room(10), out var written, "yyyy-MM-dd");
        output.Commit(written);
    }

    private static void AppendMoment(DateTime moment, ByteBuffer output)
    {
        moment.TryFormat(output.Room(32), out var written, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF");
        output.Commit(written);
        output.Append((byte)'Z');
    }
}
