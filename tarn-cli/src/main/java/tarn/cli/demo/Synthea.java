package tarn.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Runs Synthea, which makes records of patients who never lived, in a process of its own. The same
 * seed and number of patients give the same records, on any day and any machine; only their order
 * in the files may differ.
 */
public final class Synthea {
  /** The day on which the records end: fixed, so that they do not depend on today. */
  public static final LocalDate END = LocalDate.of(2026, 11, 1);

  /**
   * Tables that the example does not read; some of them are larger than all the others together.
   */
  private static final String UNUSED_TABLES =
      "careplans.csv,claims.csv,claims_transactions.csv,devices.csv,imaging_studies.csv,"
          + "patient_expenses.csv,payers.csv,payer_transitions.csv,supplies.csv";

  private static final List<String> RESOURCES = List.of("Patient", "AllergyIntolerance");

  /** Synthea says one such line for each person it has finished: {@code 12 -- Name (…)}. */
  private static final Pattern PERSON = Pattern.compile("\\d+ -- .*");

  private static final String SCRATCH = "synthea-";

  private final SyntheaClassPath classPath;
  private volatile @Nullable Process running;
  private volatile boolean cancelled;

  public Synthea(SyntheaClassPath classPath) {
    this.classPath = classPath;
  }

  /**
   * Makes records and moves them to {@code landing}: CSV tables to {@code synthea/}, FHIR resources
   * to {@code fhir/}, a laboratory's deliveries to {@code lab/}. Each folder appears whole or not
   * at all.
   *
   * @param workplace a folder on the same disk; what is written there is removed afterwards
   * @param made told how many persons are finished, those who died included
   */
  public void run(int patients, long seed, Path landing, Path workplace, LongConsumer made) {
    Path scratch = scratch(workplace);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx2g", "-cp", classPath.resolve(), "App"));
    command.addAll(List.of("-p", Integer.toString(patients)));
    command.addAll(List.of("-s", Long.toString(seed), "-cs", Long.toString(seed)));
    String end = END.format(DateTimeFormatter.BASIC_ISO_DATE);
    command.addAll(List.of("-r", end, "-e", end));
    command.add("--exporter.baseDirectory=" + scratch);
    command.add("--exporter.years_of_history=10");
    command.add("--exporter.csv.export=true");
    command.add("--exporter.csv.excluded_files=" + UNUSED_TABLES);
    command.add("--exporter.fhir.export=true");
    command.add("--exporter.fhir.bulk_data=true");
    command.add("--exporter.fhir.included_resources=" + String.join(",", RESOURCES));
    command.add("--exporter.hospital.fhir.export=false");
    command.add("--exporter.practitioner.fhir.export=false");
    command.add("--exporter.metadata.export=false");
    command.add("--generate.thread_pool_size=" + Runtime.getRuntime().availableProcessors());
    command.add("Massachusetts");
    try {
      start(command, scratch, made);
      publish(scratch, landing);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "The generated records could not be put into " + landing + ": " + e.getMessage(),
          "Check the folder's rights and the free space, then run it again.",
          e);
    } finally {
      Folders.removeIfPossible(scratch);
    }
  }

  /** Stops it from another thread; {@link #run} ends with {@code interrupted}. */
  public void cancel() {
    cancelled = true;
    Process process = running;
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /**
   * A folder of this run's own: Synthea adds to files that are there, and one whose parent was
   * killed goes on writing.
   */
  private static Path scratch(Path workplace) {
    try {
      Files.createDirectories(workplace);
      try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(workplace, SCRATCH + "*")) {
        leftovers.forEach(Folders::removeIfPossible);
      }
      return Files.createTempDirectory(workplace, SCRATCH);
    } catch (IOException e) {
      throw new TarnException(
          ErrorCode.STORAGE_FAILED,
          "Synthea cannot work in " + workplace + ": " + e,
          "Check the folder's rights and the free space.",
          e);
    }
  }

  private void start(List<String> command, Path scratch, LongConsumer made) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    running = process;
    List<String> said = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      process.getOutputStream().close();
      long persons = 0;
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (PERSON.matcher(line).matches()) {
          made.accept(++persons);
        } else {
          said.add(line);
        }
      }
      int exit = process.waitFor();
      if (cancelled) {
        throw interrupted(null);
      }
      if (exit != 0 || !Files.exists(scratch.resolve("csv/patients.csv"))) {
        throw failed(exit, said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    } finally {
      process.destroyForcibly();
      running = null;
    }
  }

  private static TarnException interrupted(@Nullable InterruptedException e) {
    return new TarnException(ErrorCode.INTERRUPTED, "Synthea was stopped.", "Run it again.", e);
  }

  private static TarnException failed(int exit, List<String> said) {
    String last = String.join("\n", said.subList(Math.max(0, said.size() - 5), said.size()));
    return new TarnException(
        ErrorCode.GENERATOR_FAILED,
        "Synthea ended with exit code " + exit + " and no records. It said last:\n" + last,
        "Run `tarn demo` without `--patients`: it uses records that were made before.");
  }

  private static void publish(Path scratch, Path landing) throws IOException {
    Path tables = scratch.resolve("csv");
    Path resources = Files.createDirectories(scratch.resolve("resources"));
    for (String resource : RESOURCES) {
      Path file = scratch.resolve("fhir").resolve(resource + ".ndjson");
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.move(file, resources.resolve(file.getFileName()));
    }
    Path deliveries = scratch.resolve("lab");
    LabFeed.write(tables.resolve("observations.csv"), deliveries, YearMonth.from(END.minusDays(1)));
    Files.createDirectories(landing);
    Folders.remove(landing.resolve("fhir"));
    Folders.remove(landing.resolve("lab"));
    Files.move(resources, landing.resolve("fhir"), StandardCopyOption.ATOMIC_MOVE);
    Files.move(deliveries, landing.resolve("lab"), StandardCopyOption.ATOMIC_MOVE);
    Files.move(tables, landing.resolve("synthea"), StandardCopyOption.ATOMIC_MOVE);
  }
}
