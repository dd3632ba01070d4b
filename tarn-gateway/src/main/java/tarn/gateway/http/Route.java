package tarn.gateway.http;

import java.util.Optional;
import tarn.gateway.access.Permission;

/**
 * One operation of the service.
 *
 * @param path as the contract has it, such as {@code /api/v1/runs/{id}}
 * @param permission what its caller must be allowed; nothing for what is open to everyone
 */
public record Route(String method, String path, Optional<Permission> permission, Handler handler) {

  public static Route open(String method, String path, Handler handler) {
    return new Route(method, path, Optional.empty(), handler);
  }

  public static Route of(String method, String path, Permission permission, Handler handler) {
    return new Route(method, path, Optional.of(permission), handler);
  }
}
