package tarn.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tarn.integrity.Fsck;
import tarn.integrity.FsckRequest;
import tarn.integrity.files.LocalFiles;
import tarn.integrity.finding.Level;
import tarn.integrity.report.FsckReport;
import tarn.lake.Lake;
import tarn.lake.Session;

/**
 * How fast a lake is checked, beside the system's own programs on the same files in the same run.
 * Arguments: a work folder, the part ({@code exists}, {@code footer}, {@code content}), how many
 * files, rounds, memory limit, threads.
 */
final class IntegrityCheck {
  private static final int FILES_A_FOLDER = 2_000;
  private static final int SIZE = 700;

  private final Path folder;
  private final BenchLake bench;
  private final int files;
  private final int rounds;
  private final int threads;

  private IntegrityCheck(Path folder, BenchLake bench, int files, int rounds, int threads) {
    this.folder = folder;
    this.bench = bench;
    this.files = files;
    this.rounds = rounds;
    this.threads = threads;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    int threads = Integer.parseInt(arguments[5]);
    try (BenchLake bench =
        BenchLake.create(folder, new BenchLake.EngineLimits(arguments[4], threads))) {
      IntegrityCheck check =
          new IntegrityCheck(
              folder,
              bench,
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]),
              threads);
      switch (arguments[1]) {
        case "exists" -> check.exists();
        case "footer" -> check.footer();
        case "content" -> check.content();
        default -> throw new IllegalArgumentException(arguments[1]);
      }
      Measurement.printPeak();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private void measure(String variant, int round, long bytes, Work work) throws Exception {
    long started = System.nanoTime();
    work.run();
    new Measurement(variant, round, (System.nanoTime() - started) / 1e9, 0, bytes, files).print();
  }

  private Path data() {
    return folder.resolve("data");
  }

  private void fsck(Level level) {
    FsckReport report = Fsck.run(bench.lake(), FsckRequest.of(level));
    if (report.status() != FsckReport.Status.CLEAN || report.catalog().files() != files) {
      throw new IllegalStateException(report.findings().size() + " findings");
    }
  }

  /** Files that hold nothing: only names and sizes matter. */
  private void exists() throws Exception {
    execute("CREATE TABLE lake.t (id BIGINT)");
    IntStream.range(0, (files + FILES_A_FOLDER - 1) / FILES_A_FOLDER)
        .parallel()
        .forEach(this::makeFolder);
    execute(
        """
        INSERT INTO %1$s.ducklake_data_file SELECT i, 1, 1, NULL, NULL,
          printf('p=%%d/ducklake-%%012d.parquet', i // %2$d, i), true, 'parquet', 1, %3$d, 100, i,
          NULL, NULL, NULL, NULL FROM range(%4$d) t(i)"""
            .formatted(Lake.METADATA, FILES_A_FOLDER, SIZE, files),
        "UPDATE %s.ducklake_snapshot SET next_file_id = %d".formatted(Lake.METADATA, files + 1),
        "INSERT INTO %s.ducklake_table_stats VALUES (1, %d, %2$d, %2$d)"
            .formatted(Lake.METADATA, files));
    for (int round = 0; round <= rounds; round++) {
      measure(
          "find",
          round,
          0,
          () -> run("find", data().toString(), "-type", "f", "-printf", "%s %p\\n"));
      AtomicLong listed = new AtomicLong();
      measure(
          "listing",
          round,
          0,
          () ->
              new LocalFiles(data())
                  .list(data().toRealPath().toString(), page -> listed.addAndGet(page.size())));
      measure("fsck", round, 0, () -> fsck(Level.EXISTS));
    }
  }

  private void makeFolder(int number) {
    Path place = data().resolve("main/t/p=" + number);
    try {
      Files.createDirectories(place);
      int last = Math.min(files, (number + 1) * FILES_A_FOLDER);
      for (int file = number * FILES_A_FOLDER; file < last; file++) {
        try (RandomAccessFile open =
            new RandomAccessFile(
                place.resolve("ducklake-%012d.parquet".formatted(file)).toFile(), "rw")) {
          open.setLength(SIZE);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One real file, many times, each with its rows of statistics. */
  private void footer() throws Exception {
    execute(
        "CREATE TABLE lake.t AS SELECT i AS id, i * 1.5 AS b, 'n' || i AS c, now() AS d, i % 2 = 0 AS e FROM range(1000) t(i)");
    Path original = bench.dataFiles().getFirst();
    for (int file = 1; file < files; file++) {
      Path place = data().resolve("main/t/p=" + file / FILES_A_FOLDER);
      Files.createDirectories(place);
      Files.copy(
          original,
          place.resolve("ducklake-%012d.parquet".formatted(file)),
          StandardCopyOption.REPLACE_EXISTING);
    }
    String rows =
        """
        INSERT INTO %1$s.%2$s SELECT f.* REPLACE (%3$s) FROM %1$s.%2$s f, range(1, %4$d) t(i)
        WHERE f.data_file_id = 0""";
    execute(
        rows.formatted(
            Lake.METADATA,
            "ducklake_data_file",
            "i AS data_file_id, printf('p=%d/ducklake-%012d.parquet', i // "
                + FILES_A_FOLDER
                + ", i) AS path",
            files),
        rows.formatted(Lake.METADATA, "ducklake_file_column_stats", "i AS data_file_id", files),
        "UPDATE %s.ducklake_snapshot SET next_file_id = %d".formatted(Lake.METADATA, files + 1));
    for (int round = 0; round <= rounds; round++) {
      measure("exists", round, 0, () -> fsck(Level.EXISTS));
      measure("footer", round, 0, () -> fsck(Level.FOOTER));
      measure(
          "engine",
          round,
          0,
          () ->
              execute(
                  "SELECT count(*) FROM parquet_metadata('" + data() + "/main/t/p*/*.parquet')"));
    }
  }

  /** Files of the usual size, whose digests take the time. */
  private void content() throws Exception {
    execute("CREATE TABLE lake.t (id BIGINT, b DOUBLE, c VARCHAR)");
    for (int file = 0; file < files; file++) {
      execute("INSERT INTO lake.t SELECT i, random(), uuid()::VARCHAR FROM range(2000000) t(i)");
    }
    long bytes = bench.bytes();
    List<Path> all = bench.dataFiles();
    for (int round = 0; round <= rounds; round++) {
      measure("sha256sum", round, bytes, () -> sha256sum(all));
      measure("fsck", round, bytes, () -> fsck(Level.CONTENT));
      measure("decode", round, bytes, () -> fsck(Level.DECODE));
    }
  }

  private void sha256sum(List<Path> all) throws Exception {
    Path list = folder.resolve("files");
    Files.write(
        list,
        (String.join("\0", all.stream().map(Path::toString).toList()) + "\0")
            .getBytes(StandardCharsets.UTF_8));
    run("xargs", "-0", "-a", list.toString(), "-n", "1", "-P", threads + "", "sha256sum");
  }

  private static void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(Stream.of(command).findFirst() + " failed");
    }
  }

  private void execute(String... statements) {
    try (Session session = bench.lake().catalogSession()) {
      List.of(statements).forEach(session::execute);
    }
  }
}
