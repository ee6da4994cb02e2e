using System.Text;
using Reshelve.Host.Output;

namespace Reshelve.Tests.Host;

public sealed class OutputTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 KB")]
    [InlineData(411_900, "412 KB")]
    [InlineData(999_499, "999 KB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(9_940_000, "9.9 MB")]
    [InlineData(9_960_000, "10 MB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void Bytes_have_at_most_three_digits(long bytes, string text) => Quantity.Bytes(bytes).ShouldBe(text);

    [Theory]
    [InlineData(-1, "0 ms")]
    [InlineData(0.0123, "12 ms")]
    [InlineData(0.31, "0.31 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.6, "1 min 00 s")]
    [InlineData(252, "4 min 12 s")]
    [InlineData(11_100, "3 h 05 min")]
    [InlineData(604_800, "7 days")]
    public void Durations_are_read_at_a_glance(double seconds, string text) => Quantity.Duration(seconds).ShouldBe(text);

    [Theory]
    [InlineData(0, "0/s")]
    [InlineData(980, "980/s")]
    [InlineData(12_345, "12,300/s")]
    [InlineData(325_499, "325,000/s")]
    [InlineData(999_600, "1.0 M/s")]
    [InlineData(5_900_000, "5.9 M/s")]
    [InlineData(14_800_000, "15 M/s")]
    public void Rates_have_three_digits(double rate, string text) => Quantity.Rate(rate).ShouldBe(text);

    [Fact]
    public void One_is_one() => (Quantity.Count(1, "record"), Quantity.Count(0, "record"), Quantity.Count(1_006, "record"))
        .ShouldBe(("1 record", "0 records", "1,006 records"));

    [Fact]
    public void A_product_name_cannot_steer_the_terminal() =>
        Printable.Line("red\e[2J\e]0;owned\a\u202eknab\r\nx").ShouldBe("red\\u001b[2J\\u001b]0;owned\\u0007\\u202eknab  x");

    [Fact]
    public void Messages_keep_their_lines() => Printable.Text("a\n\tb").ShouldBe("a\n b");

    [Fact]
    public void An_excerpt_of_bytes_shows_what_is_no_text() =>
        Printable.Excerpt([.. "{\"id\":\""u8, 0xff, 0x00, .. "\"}"u8], 40).ShouldBe("{\"id\":\"\ufffd\\u0000\"}");

    [Fact]
    public void An_excerpt_does_not_cut_a_character_in_two()
    {
        var excerpt = Printable.Excerpt("abcd🚲🚲", 6);

        excerpt.ShouldBe("abcd…");
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(excerpt)).ShouldBe(excerpt);
    }

    [Fact]
    public void Suggested_commands_can_be_pasted() =>
        new CommandHint("./my tools/reshelve", "/tmp/it's").For("search", "shop", "red shoes", "<words>")
            .ShouldBe("'./my tools/reshelve' search shop 'red shoes' <words> --workspace '/tmp/it'\\''s'");

    [Theory]
    [InlineData("approve it: `reshelve approve shop --removals`, or 'reshelve sweep'", "approve it: `./reshelve approve shop --removals --workspace ws`, or './reshelve sweep --workspace ws'")]
    [InlineData("run `reshelve ledger rebuild <catalog>`.", "run `./reshelve ledger rebuild <catalog> --workspace ws`.")]
    [InlineData("in /opt/reshelve is `reshelve left open", "in /opt/reshelve is `reshelve left open")]
    [InlineData("", "")]
    public void Commands_within_messages_can_be_pasted_too(string message, string expected) =>
        new CommandHint("./reshelve", "ws").Within(message).ShouldBe(expected);

    [Fact]
    public void A_table_aligns_its_columns()
    {
        var captured = new CapturedTerminal();
        var table = new TextTable("name", ">count", "note");
        table.Add("a", 1_000, "x");
        table.Add("longer", 0, "y\nz");

        table.Write(captured.Terminal);

        captured.Out.ShouldBe("name    count  note\na       1,000  x\nlonger      –  y z\n");
    }

    [Fact]
    public void A_table_fits_its_terminal()
    {
        var captured = new CapturedTerminal(width: 20);
        var table = new TextTable("name", "note");
        table.Add("a", new string('x', 100));

        table.Write(captured.Terminal);

        captured.Out.Split('\n')[1].ShouldBe($"a     {new string('x', 13)}…");
    }

    [Fact]
    public void A_table_that_a_terminal_is_too_narrow_for_is_written_row_by_row()
    {
        var captured = new CapturedTerminal(width: 40);
        var table = new TextTable("index", "state", ">documents", "remark");
        table.Add("shop_20261120120000", "live", 1_000, "");
        table.Add("shop_20261119120000", "retained", 0, new string('x', 50));

        table.Write(captured.Terminal);

        captured.Out.ShouldBe(
            "shop_20261120120000\n  state      live\n  documents  1,000\n" +
            $"shop_20261119120000\n  state      retained\n  remark     {new string('x', 50)}\n");
    }

    [Fact]
    public void JSON_steers_no_terminal_and_says_the_same()
    {
        var captured = new CapturedTerminal();
        const string hostile = "a\u009b2Jb\u202ec\u2066d\u007fe\e[2Jf";

        JsonOutput.WriteLine(captured.Terminal, writer =>
        {
            writer.WriteString("id", hostile);
            writer.WritePropertyName("document");
            writer.WriteRawValue($"{{\"t\":\"{hostile.Replace("\e", "", StringComparison.Ordinal)}\"}}");
        });

        captured.Out.TrimEnd('\n').ShouldAllBe(character => character >= ' ' && character < '\u007f');
        using var json = System.Text.Json.JsonDocument.Parse(captured.Out);
        json.RootElement.GetProperty("id").GetString().ShouldBe(hostile);
    }

    [Fact]
    public void Colours_are_only_where_they_are_wanted() =>
        (new CapturedTerminal(color: true).Terminal.Good("done"), new CapturedTerminal().Terminal.Good("done")).ShouldBe(("\e[32mdone\e[0m", "done"));
}
