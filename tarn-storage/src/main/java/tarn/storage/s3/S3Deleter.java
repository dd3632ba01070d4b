package tarn.storage.s3;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import tarn.base.TarnException;
import tarn.storage.Operation;
import tarn.storage.internal.BrokenTransfer;
import tarn.storage.internal.Errors;
import tarn.storage.internal.Request;

/** Removes objects, up to a thousand with one request. */
final class S3Deleter {
  private static final int MOST_AT_ONCE = 1000;
  private static final Set<String> PASSING =
      Set.of("InternalError", "SlowDown", "ServiceUnavailable");

  private final S3Access access;

  S3Deleter(S3Access access) {
    this.access = access;
  }

  void delete(Collection<String> keys) {
    keys.forEach(access::full);
    // The request is XML, which has no way to write control characters.
    Map<Boolean, List<String>> byWay =
        keys.stream().distinct().collect(Collectors.partitioningBy(S3Deleter::fitsXml));
    List<TarnException> errors = new ArrayList<>();
    byWay.getOrDefault(true, List.of()).stream()
        .gather(Gatherers.windowFixed(MOST_AT_ONCE))
        .forEach(batch -> attempt(errors, () -> batch(batch)));
    byWay.getOrDefault(false, List.of()).forEach(key -> attempt(errors, () -> one(key)));
    if (!errors.isEmpty()) {
      TarnException first = errors.removeFirst();
      errors.forEach(first::addSuppressed);
      throw first;
    }
  }

  private static void attempt(List<TarnException> errors, Runnable step) {
    try {
      step.run();
    } catch (TarnException e) {
      errors.add(e);
    }
  }

  private void batch(List<String> keys) {
    Request request = access.request(Operation.DELETE, keys.getFirst());
    List<ObjectIdentifier> wanted =
        keys.stream()
            .map(each -> ObjectIdentifier.builder().key(access.full(each)).build())
            .toList();
    Optional<S3Error> refused =
        access.call(
            request,
            () -> {
              List<S3Error> errors =
                  access
                      .client()
                      .deleteObjects(
                          each ->
                              each.bucket(access.bucket())
                                  .delete(all -> all.objects(wanted).quiet(true)))
                      .errors();
              if (errors.stream().anyMatch(each -> PASSING.contains(each.code()))) {
                throw new BrokenTransfer("the store did not remove all objects");
              }
              return errors.stream().findFirst();
            });
    refused.ifPresent(
        error -> {
          throw refused(error);
        });
  }

  private TarnException refused(S3Error error) {
    Request request = access.request(Operation.DELETE, access.relative(error.key()));
    return error.code().contains("AccessDenied")
        ? Errors.denied(
            request,
            error.code(),
            "Allow " + Operation.DELETE.awsAction() + " on the bucket " + access.bucket() + ".",
            null)
        : Errors.failed(request, "the store answered " + error.code(), null);
  }

  private void one(String key) {
    access.call(
        access.request(Operation.DELETE, key),
        () ->
            access
                .client()
                .deleteObject(each -> each.bucket(access.bucket()).key(access.full(key))));
  }

  private static boolean fitsXml(String key) {
    return key.codePoints().allMatch(each -> (each >= 0x20 && each < 0xfffe) || each > 0xffff);
  }
}
