package tarn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.ErrorCode;
import tarn.base.Human;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.Gateway;
import tarn.gateway.audit.AuditCheck;

/** {@code tarn audit}: the trail of who asked the service for what. */
final class AuditCommand {
  private AuditCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec verify =
        Declared.command(
                shell,
                "verify",
                "Check that no line of the audit trail was changed, taken out or put in.",
                AuditCommand::verify)
            .addOption(Declared.json());
    return Declared.group(
        "audit",
        "Check the service's audit trail.",
        Declared.withExamples(verify, "tarn audit verify", "tarn audit verify --json | jq .last"));
  }

  private static ExitCode verify(Invocation invocation) throws IOException {
    Path folder = Gateway.auditFolder(invocation.station());
    AuditCheck check = AuditCheck.of(folder);
    if (invocation.json()) {
      invocation.shell().print(Json.pretty(fields(check)) + "\n");
      return check.fault().isPresent() ? ExitCode.FAILED : ExitCode.DONE;
    }
    if (check.fault().isPresent()) {
      AuditCheck.Fault fault = check.fault().get();
      throw new TarnException(
          ErrorCode.AUDIT_BROKEN,
          "%s:%d: %s.".formatted(fault.file(), fault.line(), fault.what()),
          "Compare the file with a copy from before.");
    }
    invocation
        .shell()
        .print(
            "%s lines in %s files are as they were written; the last one's hash is %s%n"
                .formatted(Human.count(check.lines()), Human.count(check.files()), check.last()));
    return ExitCode.DONE;
  }

  private static Map<String, @Nullable Object> fields(AuditCheck check) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("intact", check.fault().isEmpty());
    fields.put("files", check.files());
    fields.put("lines", check.lines());
    fields.put("last", check.last());
    check
        .fault()
        .ifPresent(
            fault -> {
              fields.put("file", fault.file().toString());
              fields.put("line", fault.line());
              fields.put("fault", fault.what());
            });
    return fields;
  }
}
