package tarn.storage;

import java.util.List;
import java.util.Optional;

/** Through which proxy a store is reached. */
public sealed interface ProxySettings {

  /** As {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} say, in either case. */
  record FromEnvironment() implements ProxySettings {}

  /** Directly, whatever the environment says. */
  record None() implements ProxySettings {}

  /**
   * @param bypass hosts that are reached directly; {@code *.example.org} stands for all below
   */
  record Through(String host, int port, Optional<User> user, List<String> bypass)
      implements ProxySettings {
    public Through {
      bypass = List.copyOf(bypass);
    }
  }

  /** Who the proxy is told to serve. */
  record User(String name, Secret password) {}
}
