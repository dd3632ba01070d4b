package tarn.gateway.route;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import tarn.gateway.access.Permission;
import tarn.gateway.http.Exchange;
import tarn.gateway.http.Route;
import tarn.gateway.metrics.Metrics;

/** What Prometheus scrapes. */
public final class MetricsRoutes {
  private final Metrics metrics;
  private final Optional<Permission> permission;

  /**
   * @param permission what a scraper needs; nothing where only this machine can come
   */
  public MetricsRoutes(Metrics metrics, Optional<Permission> permission) {
    this.metrics = metrics;
    this.permission = permission;
  }

  public List<Route> routes() {
    return List.of(new Route("GET", "/metrics", permission, this::scrape));
  }

  private void scrape(Exchange exchange) throws IOException {
    ExpositionFormatWriter writer = metrics.writer(exchange.header("Accept").orElse(""));
    boolean packed =
        exchange
            .header("Accept-Encoding")
            .filter(accepted -> accepted.contains("gzip"))
            .isPresent();
    ByteArrayOutputStream content = new ByteArrayOutputStream(1 << 16);
    try (OutputStream out = packed ? new GZIPOutputStream(content) : content) {
      metrics.write(writer, out);
    }
    if (packed) {
      exchange.answerHeader("Content-Encoding", "gzip");
    }
    exchange.send(200, writer.getContentType(), content.toByteArray());
  }
}
