package tarn.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.assets.graph.AssetGraph;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.cli.Shell.Stream;
import tarn.cli.doctor.Finding;
import tarn.cli.doctor.Finding.Verdict;
import tarn.cli.doctor.MachineChecks;
import tarn.cli.doctor.StationChecks;
import tarn.cli.text.Style;
import tarn.lake.WorkingFolder;
import tarn.station.Station;

/** {@code tarn doctor}: whether everything that Tarn needs is there. */
final class DoctorCommand {
  private DoctorCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec doctor =
        Declared.command(
            shell,
            "doctor",
            "Check everything that Tarn needs: the JDK, the engine and its extensions, and of a"
                + " station its settings, its assets, its catalog and its disks. It says how to mend"
                + " what is wrong, changes nothing, and fails (exit code 1) when something would make"
                + " a command fail.",
            DoctorCommand::run);
    doctor.addOption(Declared.json());
    return Declared.withExamples(
        doctor, "tarn doctor", "tarn doctor --json | jq '.checks[] | select(.status != \"ok\")'");
  }

  private static ExitCode run(Invocation invocation) {
    List<Finding> findings = new ArrayList<>(new MachineChecks(invocation.extensions()).run());
    try {
      Station station = invocation.quietStation();
      WorkingFolder.enter(station.folder());
      findings.addAll(new StationChecks(station, invocation.extensions()).run());
      findings.add(assets(invocation, station));
    } catch (TarnException e) {
      findings.add(withoutStation(invocation, e));
    }
    Verdict worst =
        findings.stream().map(Finding::verdict).max(Comparator.naturalOrder()).orElse(Verdict.OK);
    invocation
        .shell()
        .print(
            invocation.json()
                ? Json.pretty(report(worst, findings)) + "\n"
                : text(findings, invocation.style(Stream.OUT)));
    return switch (worst) {
      case OK, WARNING -> ExitCode.DONE;
      case FAILED -> ExitCode.FAILED;
    };
  }

  /** Whoever has named no station may want to know of the machine alone. */
  private static Finding withoutStation(Invocation invocation, TarnException error) {
    boolean asked =
        invocation.has(Declared.STATION)
            || invocation.shell().environment().containsKey(Station.FOLDER_VARIABLE);
    return new Finding(
        "station",
        error.code() == ErrorCode.STATION_NOT_FOUND && !asked ? Verdict.WARNING : Verdict.FAILED,
        error.getMessage(),
        Optional.of(error.remedy()));
  }

  private static Finding assets(Invocation invocation, Station station) {
    try (LakeGlance lake = new LakeGlance(invocation, station)) {
      AssetGraph graph = Assets.load(station, lake);
      return new Finding(
          "assets",
          Verdict.OK,
          Human.count(graph.keys().size()) + " are declared without a mistake",
          Optional.empty());
    } catch (TarnException e) {
      return new Finding("assets", Verdict.FAILED, e.getMessage(), Optional.of(e.remedy()));
    }
  }

  private static String text(List<Finding> findings, Style style) {
    int width = findings.stream().mapToInt(each -> each.subject().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Finding each : findings) {
      String indent = "\n" + " ".repeat(width + 10);
      text.append(mark(each.verdict(), style))
          .append("  ")
          .append(("%-" + width + "s").formatted(each.subject()))
          .append("  ")
          .append(each.message().stripTrailing().replace("\n", indent));
      each.remedy().ifPresent(remedy -> text.append(indent).append("→ ").append(remedy));
      text.append('\n');
    }
    return text.toString();
  }

  private static String mark(Verdict verdict, Style style) {
    return switch (verdict) {
      case OK -> style.green("ok    ");
      case WARNING -> style.yellow("warn  ");
      case FAILED -> style.red("failed");
    };
  }

  /** As {@code spec/reports.md} has it. */
  private static Map<String, Object> report(Verdict worst, List<Finding> findings) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", word(worst));
    report.put("checks", findings.stream().map(DoctorCommand::fields).toList());
    return report;
  }

  private static Map<String, @Nullable Object> fields(Finding finding) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("subject", finding.subject());
    fields.put("status", word(finding.verdict()));
    fields.put("message", finding.message());
    fields.put("remedy", finding.remedy().orElse(null));
    return fields;
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }
}
