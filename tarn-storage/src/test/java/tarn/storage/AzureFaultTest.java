package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.bytes;
import static tarn.storage.Contents.random;
import static tarn.storage.Contents.read;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tarn.testkit.emulator.Azurite;
import tarn.testkit.emulator.Fault;
import tarn.testkit.emulator.HttpHead;

class AzureFaultTest extends StoreFaultContract {
  @Override
  int upstream() {
    return Azurite.shared().port();
  }

  @Override
  ObjectStore openThrough(int port) {
    return AzureTests.open(
        AzureTests.newContainer(),
        "prefix/",
        new AzureCredentials.ConnectionString(new Secret(Azurite.connectionString(port))),
        NETWORK);
  }

  @Override
  Predicate<HttpHead> completesUpload() {
    return head -> head.target().contains("comp=blocklist");
  }

  @Override
  List<Fault.Answer> credentialsRefused() {
    return List.of(
        new Fault.Answer(403, "AuthenticationFailed"),
        new Fault.Answer(401, "InvalidAuthenticationInfo"));
  }

  @Override
  Fault.Answer denied() {
    return new Fault.Answer(403, "AuthorizationPermissionMismatch");
  }

  @Override
  String rightToRead() {
    return "Storage Blob Data Reader";
  }

  @Override
  List<String> secrets() {
    return List.of(Azurite.ACCOUNT_KEY, Azurite.ACCOUNT_KEY.substring(0, 40));
  }

  @Test
  void read_ofDamagedBytes_isAskedForAgain() {
    byte[] content = random(100_000, 9);
    store.write("object", bytes(content), ALWAYS);
    proxy.plan("GET", 1, new Fault.Damage());

    assertThat(read(store, "object")).isEqualTo(content);
    assertThat(proxy.pending()).isZero();
  }
}
