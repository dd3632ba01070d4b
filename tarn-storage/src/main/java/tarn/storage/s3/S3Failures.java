package tarn.storage.s3;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Failures;
import tarn.storage.internal.Network;
import tarn.storage.internal.Request;
import tarn.storage.internal.Verdict;

/** What the answers of S3 and the exceptions of its client mean. */
final class S3Failures implements Failures {
  /** The client corrects its clock by the answer, and damage on the way need not happen twice. */
  private static final Set<String> PASSING =
      Set.of(
          "RequestTimeTooSkewed",
          "RequestTimeout",
          "RequestTimeoutException",
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "InternalError",
          "ServiceUnavailable",
          "IncompleteBody",
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch",
          "OperationAborted",
          "ConditionalRequestConflict");

  private static final Set<String> CREDENTIALS =
      Set.of(
          "ExpiredToken",
          "TokenRefreshRequired",
          "InvalidToken",
          "InvalidAccessKeyId",
          "XAdminUserNotFound",
          "SignatureDoesNotMatch",
          "InvalidSecurity",
          "MissingSecurityHeader");

  private static final Set<String> FULL =
      Set.of("QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity");

  private static final Set<String> KEY_INVALID =
      Set.of(
          "KeyTooLongError",
          "ExistingObjectIsDirectory",
          "InvalidURI",
          "InvalidObjectName",
          "XMinioInvalidObjectName");

  private final String bucket;

  S3Failures(String bucket) {
    this.bucket = bucket;
  }

  @Override
  public Verdict judge(Request request, Exception failure) {
    return switch (failure) {
      case AwsServiceException answer -> answer(request, answer);
      case ApiCallAttemptTimeoutException timeout ->
          new Verdict.Passing("the store did not answer in time");
      case ApiCallTimeoutException timeout ->
          new Verdict.Passing("the store did not answer in time");
      default -> Network.judge(request, failure).orElseGet(() -> client(request, failure));
    };
  }

  private static String code(AwsServiceException answer) {
    return Optional.ofNullable(answer.awsErrorDetails()).map(AwsErrorDetails::errorCode).orElse("");
  }

  private Verdict answer(Request request, AwsServiceException answer) {
    int status = answer.statusCode();
    String code = code(answer);
    String detail = "HTTP " + status + (code.isEmpty() ? "" : " " + code);
    if (PASSING.contains(code)
        || status == 408
        || status == 429
        || (status >= 500 && status != 501)) {
      return FULL.contains(code) || status == 507
          ? new Verdict.Final(Errors.full(request, detail, answer))
          : new Verdict.Passing("the store answered " + detail, pause(answer));
    }
    if (CREDENTIALS.contains(code)) {
      return new Verdict.Final(
          Errors.credentials(request, detail, credentialsRemedy(code), answer));
    }
    if (KEY_INVALID.contains(code)) {
      return new Verdict.Final(Errors.keyInvalid(request.target(), "the store answered " + detail));
    }
    return new Verdict.Final(
        switch (status) {
          case 404 ->
              Errors.notFound(
                  request,
                  code.equals("NoSuchBucket") ? "The bucket " + bucket : "The object",
                  answer);
          case 412, 304 -> Errors.changed(request, answer);
          case 401, 403 ->
              Errors.denied(
                  request,
                  detail,
                  "Allow " + request.operation().awsAction() + " on the bucket " + bucket + ".",
                  answer);
          case 301, 307, 308 ->
              Errors.failed(
                  request,
                  "the bucket " + bucket + " is in another region" + region(answer),
                  answer);
          case 501, 405 ->
              Errors.failed(request, "the store cannot do that (" + detail + ")", answer);
          default ->
              FULL.contains(code)
                  ? Errors.full(request, detail, answer)
                  : Errors.failed(request, "the store answered " + detail, answer);
        });
  }

  private static String credentialsRemedy(String code) {
    return switch (code) {
      case "ExpiredToken", "TokenRefreshRequired" ->
          "They have expired: sign in again, or set fresh ones.";
      case "SignatureDoesNotMatch" ->
          "Check the secret access key, and that no proxy rewrites requests.";
      default -> "Check the access key id, the secret access key and the session token.";
    };
  }

  private static Verdict client(Request request, Exception failure) {
    String message = String.valueOf(failure.getMessage());
    if (message.contains("Unable to load credentials")
        || message.contains("Profile file contained no")) {
      return new Verdict.Final(
          Errors.credentials(
              request,
              "none were found in the environment, the profile or the machine's role",
              "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given.",
              failure));
    }
    if (isGarbled(failure)) {
      return new Verdict.Passing("the answer was cut off or garbled");
    }
    if (failure instanceof SdkClientException && message.contains("different checksum")) {
      return new Verdict.Passing("the content was damaged on its way");
    }
    return new Verdict.Final(Errors.failed(request, message, failure));
  }

  private static boolean isGarbled(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof XMLStreamException) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Duration> pause(AwsServiceException answer) {
    return header(answer, "Retry-After")
        .filter(each -> each.matches("[0-9]{1,6}"))
        .map(each -> Duration.ofSeconds(Long.parseLong(each)));
  }

  private static String region(AwsServiceException answer) {
    return header(answer, "x-amz-bucket-region").map(each -> ", " + each).orElse("");
  }

  private static Optional<String> header(AwsServiceException answer, String name) {
    return Optional.ofNullable(answer.awsErrorDetails())
        .map(AwsErrorDetails::sdkHttpResponse)
        .flatMap(each -> each.firstMatchingHeader(name));
  }
}
