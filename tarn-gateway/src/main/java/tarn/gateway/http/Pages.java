package tarn.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** The contract, and a page to read it. Nothing of it comes from elsewhere. */
public final class Pages {
  private static final String LIBRARY = "/META-INF/resources/webjars/swagger-ui/5.34.1/";
  private static final Map<String, String> PARTS =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript; charset=utf-8");
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Tarn: the service's contract</title>
      <link rel="stylesheet" href="/docs/swagger-ui.css">
      </head>
      <body>
      <div id="contract"></div>
      <noscript>This page needs JavaScript; <a href="/openapi.json">the contract itself</a> does not.</noscript>
      <script src="/docs/swagger-ui-bundle.js"></script>
      <script src="/docs/start.js"></script>
      </body>
      </html>
      """;
  private static final String START =
      "SwaggerUIBundle({url: '/openapi.json', dom_id: '#contract', deepLinking: true,"
          + " validatorUrl: null});\n";

  private Pages() {}

  public static List<Route> routes() {
    Supplier<byte[]> contract = once(() -> Contract.read().json());
    return List.of(
        Route.open(
            "GET",
            "/openapi.json",
            exchange -> exchange.send(200, "application/json", contract.get())),
        Route.open(
            "GET",
            "/docs",
            exchange -> exchange.send(200, "text/html; charset=utf-8", bytes(PAGE))),
        Route.open("GET", "/docs/{part}", exchange -> part(exchange, exchange.parameter("part"))));
  }

  private static void part(Exchange exchange, String name) throws IOException {
    if (name.equals("start.js")) {
      exchange.send(200, "text/javascript; charset=utf-8", bytes(START));
      return;
    }
    String type = PARTS.get(name);
    if (type == null) {
      throw new TarnException(
          ErrorCode.REQUEST_NOT_FOUND, "The page has no such part.", "Open `/docs`.");
    }
    try (InputStream in = Pages.class.getResourceAsStream(LIBRARY + name)) {
      if (in == null) {
        throw new IllegalStateException(LIBRARY + name + " is not packaged");
      }
      exchange.send(200, type, in.readAllBytes());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Supplier<byte[]> once(Supplier<byte[]> source) {
    return new Supplier<>() {
      private byte[] known = new byte[0];

      @Override
      public synchronized byte[] get() {
        if (known.length == 0) {
          known = source.get();
        }
        return known;
      }
    };
  }
}
