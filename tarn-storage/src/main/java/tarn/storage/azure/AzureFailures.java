package tarn.storage.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.storage.blob.models.BlobStorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import reactor.core.Exceptions;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Failures;
import tarn.storage.internal.Network;
import tarn.storage.internal.Request;
import tarn.storage.internal.Verdict;

/** What the answers of Azure and the exceptions of its client mean. */
final class AzureFailures implements Failures {
  private static final Set<String> CREDENTIALS =
      Set.of(
          "AuthenticationFailed",
          "InvalidAuthenticationInfo",
          "NoAuthenticationInformation",
          "AccountIsDisabled");

  private static final Set<String> PASSING =
      Set.of(
          "Md5Mismatch", "ServerBusy", "InternalError", "OperationTimedOut", "AccountBeingCreated");

  /** A condition did not hold, or an object was there that should not be. */
  private static final Set<String> CHANGED =
      Set.of(
          "ConditionNotMet", "BlobAlreadyExists", "TargetConditionNotMet", "SourceConditionNotMet");

  private static final Set<String> KEY_INVALID = Set.of("InvalidUri", "InvalidResourceName");

  private final String container;

  AzureFailures(String container) {
    this.container = container;
  }

  @Override
  public Verdict judge(Request request, Exception wrapped) {
    Throwable failure = Exceptions.unwrap(wrapped);
    return switch (failure) {
      case ClientAuthenticationException refused ->
          new Verdict.Final(
              Errors.credentials(
                  request,
                  "no identity was found or accepted",
                  "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, run where a managed"
                      + " identity is given, or sign in with `az login`.",
                  refused));
      case BlobStorageException answer ->
          answer(request, answer, answer.getStatusCode(), code(answer));
      case HttpResponseException answer when answer.getResponse() != null ->
          answer(request, answer, answer.getResponse().getStatusCode(), "");
      default ->
          Network.judge(request, failure)
              .orElseGet(
                  () ->
                      String.valueOf(failure.getMessage()).contains("Timeout on blocking read")
                          ? new Verdict.Passing("the store did not answer in time")
                          : new Verdict.Final(
                              Errors.failed(
                                  request,
                                  "the client met " + failure.getClass().getSimpleName(),
                                  failure)));
    };
  }

  private static String code(BlobStorageException answer) {
    return Optional.ofNullable(answer.getErrorCode()).map(Object::toString).orElse("");
  }

  private Verdict answer(Request request, HttpResponseException answer, int status, String code) {
    String detail = "HTTP " + status + (code.isEmpty() ? "" : " " + code);
    if (PASSING.contains(code)
        // Well, but the answer could not be read.
        || status < 300
        || status == 408
        || status == 429
        || (status >= 500 && status != 501 && status != 507)) {
      return new Verdict.Passing("the store answered " + detail, pause(answer.getResponse()));
    }
    if (CREDENTIALS.contains(code)) {
      return new Verdict.Final(
          Errors.credentials(
              request,
              detail,
              "Check the account key or the signature: it may be wrong, expired or of another account;"
                  + " also check this machine's clock.",
              answer));
    }
    if (CHANGED.contains(code) || (status == 412 && code.isEmpty())) {
      return new Verdict.Final(Errors.changed(request, answer));
    }
    if (KEY_INVALID.contains(code)) {
      return new Verdict.Final(Errors.keyInvalid(request.target(), "the store answered " + detail));
    }
    return new Verdict.Final(
        switch (status) {
          case 404 ->
              Errors.notFound(
                  request,
                  code.equals("ContainerNotFound") ? "The container " + container : "The object",
                  answer);
          case 401, 403 ->
              Errors.denied(
                  request,
                  detail,
                  "Give this identity the role `"
                      + request.operation().azureRole()
                      + "` on the container "
                      + container
                      + ", and see that the account's network rules let this machine in.",
                  answer);
          case 507 -> Errors.full(request, detail, answer);
          default -> Errors.failed(request, "the store answered " + detail, answer);
        });
  }

  private static Optional<Duration> pause(HttpResponse response) {
    return Optional.ofNullable(response)
        .map(each -> each.getHeaderValue(HttpHeaderName.RETRY_AFTER))
        .filter(each -> each.matches("[0-9]{1,6}"))
        .map(each -> Duration.ofSeconds(Long.parseLong(each)));
  }
}
