package tarn.gateway.http;

/** What a route does. */
@FunctionalInterface
public interface Handler {
  void handle(Exchange exchange) throws Exception;
}
