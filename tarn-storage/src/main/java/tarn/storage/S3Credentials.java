package tarn.storage;

import java.util.Optional;

/** Who asks S3. */
public sealed interface S3Credentials {

  /**
   * Environment, system properties, web identity, the profile files, the container's and the
   * machine's role, in AWS's own order.
   *
   * @param profile another profile than {@code AWS_PROFILE} or {@code default} says
   */
  record DefaultChain(Optional<String> profile) implements S3Credentials {}

  /**
   * @param sessionToken for credentials that expire
   */
  record Keys(String accessKeyId, Secret secretAccessKey, Optional<Secret> sessionToken)
      implements S3Credentials {}

  /** Requests are not signed: public buckets only. */
  record Anonymous() implements S3Credentials {}
}
