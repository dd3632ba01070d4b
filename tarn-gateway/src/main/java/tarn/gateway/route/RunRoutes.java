package tarn.gateway.route;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tarn.base.ErrorCode;
import tarn.base.Json;
import tarn.base.TarnException;
import tarn.gateway.access.Caller;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Pagination;
import tarn.gateway.http.Route;
import tarn.gateway.run.Run;
import tarn.gateway.run.RunEvent;
import tarn.gateway.run.Runs;

/** Runs: which there are, what happens in them, and how to stop one. */
public final class RunRoutes {
  private static final long BEAT = 10_000;

  private final Runs runs;

  public RunRoutes(Runs runs) {
    this.runs = runs;
  }

  public List<Route> routes() {
    return List.of(
        Route.of("GET", "/api/v1/runs", Permission.READ, this::list),
        Route.of("GET", "/api/v1/runs/{id}", Permission.READ, this::run),
        Route.of("GET", "/api/v1/runs/{id}/events", Permission.READ, this::events),
        Route.of("POST", "/api/v1/runs/{id}/cancel", Permission.OPERATE, this::cancel));
  }

  private static boolean shows(Caller caller, Run run) {
    return run.selected().stream().allMatch(key -> AssetRoutes.shows(caller, key));
  }

  private void list(Exchange exchange) {
    List<Run> shown = runs.all().stream().filter(run -> shows(exchange.caller(), run)).toList();
    Pagination.answer(exchange, shown, Run::id, Run::document);
  }

  private Run find(Exchange exchange) {
    return runs.find(exchange.parameter("id"))
        .filter(run -> shows(exchange.caller(), run))
        .orElseThrow(
            () ->
                new TarnException(
                    ErrorCode.REQUEST_NOT_FOUND,
                    "There is no such run since the service was started.",
                    "`GET /api/v1/runs` lists them; an asset's own page has older ones."));
  }

  private void run(Exchange exchange) {
    exchange.json(200, find(exchange).document());
  }

  /** Server-sent events, from the first or from where the client lost the stream. */
  private void events(Exchange exchange) throws IOException, InterruptedException {
    Run run = find(exchange);
    int last =
        exchange
            .header("Last-Event-ID")
            .filter(text -> text.matches("\\d{1,8}"))
            .map(Integer::valueOf)
            .orElse(0);
    try (OutputStream out = exchange.stream("text/event-stream")) {
      boolean ended;
      do {
        ended = run.hasEnded();
        List<RunEvent> news = run.eventsAfter(last, BEAT);
        for (RunEvent event : news) {
          out.write(text(event));
          last = event.number();
        }
        if (news.isEmpty()) {
          // A comment keeps proxies from closing the connection, and finds out who has gone.
          out.write(": \n\n".getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
      } while (!ended);
    }
  }

  private static byte[] text(RunEvent event) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("time", event.time().toString());
    fields.putAll(event.fields());
    return "id: %d\nevent: %s\ndata: %s\n\n"
        .formatted(event.number(), event.type(), Json.line(fields))
        .getBytes(StandardCharsets.UTF_8);
  }

  private void cancel(Exchange exchange) {
    Run run = find(exchange);
    run.cancel();
    exchange.json(202, run.document());
  }
}
