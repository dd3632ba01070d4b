package tarn.gateway.route;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tarn.gateway.health.ComponentState;
import tarn.gateway.health.Health;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;

/** Whether the service works. These two need no key and tell nothing confidential. */
public final class HealthRoutes {
  private final Health health;
  private final BooleanSupplier ready;

  public HealthRoutes(Health health, BooleanSupplier ready) {
    this.health = health;
    this.ready = ready;
  }

  public List<Route> routes() {
    return List.of(
        Route.open("GET", "/health", this::health),
        Route.open("GET", "/api/v1/health", this::health),
        Route.open("GET", "/ready", this::ready),
        Route.open("GET", "/api/v1/ready", this::ready));
  }

  private void health(Exchange exchange) {
    ComponentState.Level level = health.level();
    Map<String, Object> components = new LinkedHashMap<>();
    health.components().forEach((name, state) -> components.put(name, fields(state)));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("status", level.word());
    document.put("components", components);
    exchange.json(level == ComponentState.Level.DOWN ? 503 : 200, document);
  }

  private static Map<String, Object> fields(ComponentState state) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("status", state.level().word());
    fields.put("since", state.since().toString());
    state.reason().ifPresent(reason -> fields.put("reason", reason));
    return fields;
  }

  private void ready(Exchange exchange) {
    boolean now = ready.getAsBoolean();
    exchange.json(now ? 200 : 503, Map.of("ready", now));
  }
}
