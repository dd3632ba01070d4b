package tarn.storage.s3;

import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.S3Credentials;
import tarn.storage.S3Settings;
import tarn.storage.Secret;

/**
 * The keys that the settings and the default chain lead to, for a program that signs its requests
 * itself.
 *
 * @param region as the settings, the environment and the profile say it
 * @param expires when other keys must be asked for
 */
public record S3Identity(
    String accessKeyId,
    Secret secretAccessKey,
    Optional<Secret> sessionToken,
    String region,
    Optional<Instant> expires) {

  /**
   * Empty for requests that are not signed.
   *
   * @throws TarnException {@code storage.credentials-refused} when there are no credentials
   */
  public static Optional<S3Identity> resolve(S3Settings settings) {
    if (settings.credentials() instanceof S3Credentials.Anonymous) {
      return Optional.empty();
    }
    try {
      AwsCredentials found = Clients.credentials(settings.credentials()).resolveCredentials();
      return Optional.of(
          new S3Identity(
              found.accessKeyId(),
              new Secret(found.secretAccessKey()),
              found instanceof AwsSessionCredentials session
                  ? Optional.of(new Secret(session.sessionToken()))
                  : Optional.empty(),
              Clients.region(settings).id(),
              found.expirationTime()));
    } catch (SdkClientException e) {
      throw new TarnException(
          ErrorCode.STORAGE_CREDENTIALS,
          "There are no credentials for S3: none in the environment, in AWS's profile files, or"
              + " from this machine's role.",
          "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `storage.profile`.",
          e);
    }
  }
}
