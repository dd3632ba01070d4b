package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.text;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tarn.base.ErrorCode;
import tarn.testkit.emulator.Fault;
import tarn.testkit.emulator.HttpHead;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

class S3FaultTest extends StoreFaultContract {
  private static final String TOKEN = "session-token-that-is-secret";

  @Override
  int upstream() {
    return VersityGateway.shared().port();
  }

  @Override
  ObjectStore openThrough(int port) {
    return open(port, S3Tests.KEYS);
  }

  private static ObjectStore open(int port, S3Credentials credentials) {
    String bucket = S3Tests.newBucket(VersityGateway.shared().endpoint());
    return S3Tests.open(
        URI.create("http://127.0.0.1:" + port), bucket, "prefix/", credentials, NETWORK);
  }

  @Override
  Predicate<HttpHead> completesUpload() {
    return head -> head.method().equals("POST") && head.target().contains("uploadId=");
  }

  @Override
  List<Fault.Answer> credentialsRefused() {
    return List.of(
        new Fault.Answer(400, "ExpiredToken"),
        new Fault.Answer(403, "InvalidAccessKeyId"),
        new Fault.Answer(403, "SignatureDoesNotMatch"));
  }

  @Override
  Fault.Answer denied() {
    return new Fault.Answer(403, "AccessDenied");
  }

  @Override
  String rightToRead() {
    return "s3:GetObject";
  }

  @Override
  List<String> secrets() {
    return List.of(S3Emulator.SECRET_KEY, TOKEN);
  }

  @Test
  void clock_thatIsWrong_isCorrectedByTheAnswer() {
    proxy.plan("PUT", 1, new Fault.Answer(403, "RequestTimeTooSkewed"));

    store.write("object", text("content"), ALWAYS);

    assertThat(proxy.pending()).isZero();
  }

  @Test
  void sessionToken_isSentAndNeverShown() {
    S3Credentials session =
        new S3Credentials.Keys(
            S3Emulator.ACCESS_KEY,
            new Secret(S3Emulator.SECRET_KEY),
            Optional.of(new Secret(TOKEN)));
    try (ObjectStore withToken = open(proxy.port(), session)) {
      proxy.plan("GET", 1, new Fault.Answer(400, "ExpiredToken"));
      Contents.failure(ErrorCode.STORAGE_CREDENTIALS, () -> Contents.keys(withToken, ""));
    }
    assertThat(proxy.requests().getLast().header("x-amz-security-token")).contains(TOKEN);
    assertThat(session.toString()).doesNotContain(secrets());
  }
}
