package tarn.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Human;
import tarn.base.Nearest;
import tarn.cli.Shell.Stream;
import tarn.cli.query.Destination;
import tarn.cli.query.QueryRun;
import tarn.cli.query.QueryRun.Extent;
import tarn.cli.query.QueryRun.Wish;
import tarn.cli.query.ResultFormat;
import tarn.cli.text.Style;
import tarn.lake.Access;
import tarn.lake.Lake;
import tarn.lake.Session;
import tarn.station.Station;

/** {@code tarn query}: reads the lake with SQL. */
final class QueryCommand {
  private static final String FORMATS =
      Arrays.stream(ResultFormat.values())
          .map(ResultFormat::word)
          .collect(Collectors.joining(", "));

  private QueryCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec query =
        Declared.command(
            shell,
            "query",
            "Run one SQL statement that only reads, and print its result. Relative paths in it"
                + " start at the station's folder.",
            QueryCommand::run);
    query
        .addPositional(Declared.argument("SQL", "The statement; `-` reads it from standard input."))
        .addOption(
            Declared.value("--file", "FILE", String.class, "Read the statement from a file."))
        .addOption(
            Declared.value(
                "--format",
                "FORMAT",
                String.class,
                "How to print the result: "
                    + FORMATS
                    + ". Without it, what the name of --output promises, or table."))
        .addOption(
            Declared.value(
                "--output",
                "FILE",
                String.class,
                "Write the result to a file, which appears when it is complete."))
        .addOption(
            Declared.value(
                "--at",
                "SNAPSHOT",
                String.class,
                "Read the lake as it was: a snapshot's number, or a time such as"
                    + " `2026-05-04 13:00` (this machine's time zone) or `2026-05-04T11:00Z`."))
        .addOption(
            Declared.value(
                "--max-rows",
                "N",
                Long.class,
                "Print at most so many rows. A table has at most "
                    + Human.count(QueryRun.TABLE_ROWS)
                    + " unless this says otherwise."))
        .addOption(Declared.flag("--timing", "Say on standard error how long it took."))
        .addOption(Declared.flag(Declared.JSON, "The same as --format json; errors are JSON too."));
    return Declared.withExamples(
        query,
        "tarn query 'SELECT count(*) FROM omop.person'",
        "tarn query --format csv --file cohort.sql > cohort.csv",
        "tarn query 'FROM omop.person' --output person.parquet",
        "tarn query 'FROM omop.person' --at 12",
        "tarn query \"FROM read_csv('landing/labs/*.csv') LIMIT 10\"");
  }

  private static ExitCode run(Invocation invocation) throws IOException {
    String text = statement(invocation);
    Optional<Path> output = invocation.<String>option("--output").map(invocation::path);
    ResultFormat format = format(invocation, output);
    if (format.isBinary() && output.isEmpty() && invocation.shell().isTerminal(Stream.OUT)) {
      throw Invocation.usage(
          "A terminal cannot show " + format.word() + ".",
          "Name a file with --output, or send the output elsewhere.");
    }
    Destination destination =
        output
            .<Destination>map(Destination.File::new)
            .orElseGet(() -> new Destination.Stream(unclosed(invocation.shell().out())));
    Style style = output.isPresent() ? Style.PLAIN : invocation.style(Stream.OUT);
    Wish wish = new Wish(format, maximumRows(invocation), style);
    Station station = invocation.station();
    long start = System.nanoTime();
    try (Lake lake = open(invocation, station);
        Session session = invocation.session(lake)) {
      Extent extent =
          new QueryRun(session, station.settings().engine().temporaryFolder())
              .run(text, wish, destination);
      if (extent == Extent.FIRST_ROWS) {
        invocation
            .shell()
            .say("There are more rows; --max-rows N shows more, --format csv all of them.");
      }
    }
    if (invocation.has("--timing")) {
      invocation.shell().say(Human.duration(Duration.ofNanos(System.nanoTime() - start)));
    }
    return ExitCode.DONE;
  }

  private static Lake open(Invocation invocation, Station station) {
    return invocation
        .<String>option("--at")
        .map(text -> invocation.openAt(station, Moments.parse(text)))
        .orElseGet(() -> invocation.open(station, Access.READ));
  }

  private static String statement(Invocation invocation) throws IOException {
    Optional<String> file = invocation.option("--file");
    Optional<String> argument = invocation.argument();
    if (file.isPresent() == argument.isPresent()) {
      throw Invocation.usage(
          file.isPresent()
              ? "There are two statements: an argument and a file."
              : "There is no statement to run.",
          "Give it as an argument, with --file, or `-` to read it from standard input.");
    }
    if (argument.isPresent()) {
      return argument.get().equals("-")
          ? new String(invocation.shell().in().readAllBytes(), StandardCharsets.UTF_8)
          : argument.get();
    }
    Path path = invocation.path(file.orElseThrow());
    if (!Files.isRegularFile(path)) {
      throw Invocation.usage("There is no file " + path + ".", "Mend the path after --file.");
    }
    return Files.readString(path);
  }

  private static ResultFormat format(Invocation invocation, Optional<Path> output) {
    Optional<String> word = invocation.option("--format");
    if (word.isPresent()) {
      return ResultFormat.ofWord(word.get())
          .orElseThrow(
              () ->
                  Invocation.usage(
                      "There is no format `%s`%s"
                          .formatted(
                              word.get(),
                              Nearest.hint(
                                  word.get(),
                                  Arrays.stream(ResultFormat.values())
                                      .map(ResultFormat::word)
                                      .toList())),
                      "The formats are " + FORMATS + "."));
    }
    return invocation.json()
        ? ResultFormat.JSON
        : output.flatMap(ResultFormat::ofFile).orElse(ResultFormat.TABLE);
  }

  private static @Nullable Long maximumRows(Invocation invocation) {
    Long rows = invocation.<Long>option("--max-rows").orElse(null);
    if (rows != null && rows < 0) {
      throw Invocation.usage("--max-rows " + rows + " is below zero.", "Give a number of rows.");
    }
    return rows;
  }

  /** The program's output outlives one result. */
  private static OutputStream unclosed(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }
}
