package tarn.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.CommandSpec;
import tarn.base.Json;
import tarn.gateway.Gateway;
import tarn.gateway.local.LocalDoor;
import tarn.gateway.trace.Tracing;
import tarn.lake.Lake;
import tarn.station.ServeSettings;
import tarn.station.Station;

/** {@code tarn serve}: the station as an HTTP service. */
final class ServeCommand {
  private ServeCommand() {}

  static CommandSpec specification(Shell shell) {
    CommandSpec serve =
        Declared.command(
            shell,
            "serve",
            "Offer the station over HTTP: ingestion, queries, the catalog, assets and runs. The"
                + " contract is at /openapi.json and as a page at /docs. It listens on 127.0.0.1"
                + " unless `serve.address` says otherwise, and runs until it is interrupted.",
            ServeCommand::run);
    serve.addOption(Declared.json());
    return Declared.withExamples(
        serve,
        "tarn serve",
        "TARN_SERVE_PORT=9000 tarn serve",
        "tarn keys create --name ward-7 --role reader --schema omop");
  }

  private static ExitCode run(Invocation invocation) throws InterruptedException, IOException {
    Station station = invocation.station();
    CountDownLatch interrupted = new CountDownLatch(1);
    Interruption.onInterrupt(interrupted::countDown);
    try (Lake lake = invocation.create(station);
        Tracing tracing = Tracing.of(invocation.shell().environment());
        Gateway gateway = Gateway.start(station, lake, invocation.extensions(), tracing);
        LocalDoor _ = local(station, lake)) {
      announce(invocation, station, gateway);
      interrupted.await();
      invocation.shell().say("Ending.");
    }
    return ExitCode.DONE;
  }

  /** Commands of this machine go through this process, which alone has the catalog open. */
  private static LocalDoor local(Station station, Lake lake) throws IOException {
    return LocalDoor.open(
        station,
        (command, out, err, gone) -> new Served(station, lake, gone).run(command, out, err));
  }

  private static void announce(Invocation invocation, Station station, Gateway gateway) {
    if (invocation.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("url", gateway.url());
      fields.put("port", gateway.port());
      fields.put("pid", ProcessHandle.current().pid());
      invocation.shell().print(Json.line(fields) + "\n");
      return;
    }
    Shell shell = invocation.shell();
    shell.say("%s is served at %s".formatted(station.settings().name(), gateway.url()));
    shell.say("  the contract: " + gateway.url() + "/docs");
    boolean open = station.settings().serve().exposure() == ServeSettings.Exposure.OPEN;
    if (gateway.isUnguarded()) {
      shell.say(
          open
              ? "  no key has been made, so nobody can read or write: `tarn keys create`"
              : "  no key has been made, so every user of this machine may read and write:"
                  + " `tarn keys create`");
    }
  }
}
