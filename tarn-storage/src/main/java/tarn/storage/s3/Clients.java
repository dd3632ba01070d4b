package tarn.storage.s3;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.NetworkSettings;
import tarn.storage.Patience;
import tarn.storage.ProxySettings;
import tarn.storage.S3Credentials;
import tarn.storage.S3Settings;
import tarn.storage.internal.Certificates;

/** Makes AWS's client of the settings. */
final class Clients {
  private Clients() {}

  static S3Client create(S3Settings settings, NetworkSettings network) {
    Patience patience = network.patience();
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http(network))
            .credentialsProvider(credentials(settings.credentials()))
            .region(region(settings))
            .forcePathStyle(pathStyle(settings))
            .overrideConfiguration(
                each ->
                    each.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallAttemptTimeout(patience.request()));
    switch (settings.checksums()) {
      case CRC32 -> {}
      case MD5 ->
          builder
              .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
              .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
              .addPlugin(LegacyMd5Plugin.create());
    }
    settings.endpoint().ifPresent(each -> builder.endpointOverride(checked(each)));
    return builder.build();
  }

  static boolean pathStyle(S3Settings settings) {
    return switch (settings.urlStyle()) {
      case PATH -> true;
      case VIRTUAL_HOST -> false;
      case AUTOMATIC -> settings.endpoint().isPresent();
    };
  }

  private static URI checked(URI endpoint) {
    String scheme = String.valueOf(endpoint.getScheme());
    if (!(scheme.equals("https") || scheme.equals("http"))
        || endpoint.getHost() == null
        || endpoint.getUserInfo() != null) {
      throw new TarnException(
          ErrorCode.SETTING_INVALID,
          "The endpoint of the S3 store is no URL of a host.",
          "Write it as https://host or https://host:port, without a user.");
    }
    return endpoint;
  }

  static Region region(S3Settings settings) {
    return Region.of(
        settings
            .region()
            .or(() -> settings.endpoint().isPresent() ? Optional.of("us-east-1") : known(settings))
            .orElseThrow(
                () ->
                    new TarnException(
                        ErrorCode.SETTING_INVALID,
                        "The region of the S3 bucket is not known.",
                        "Set the region in the settings or as AWS_REGION.")));
  }

  private static Optional<String> known(S3Settings settings) {
    DefaultAwsRegionProviderChain.Builder chain = DefaultAwsRegionProviderChain.builder();
    if (settings.credentials() instanceof S3Credentials.DefaultChain(Optional<String> profile)) {
      profile.ifPresent(chain::profileName);
    }
    try {
      return Optional.ofNullable(chain.build().getRegion()).map(Region::id);
    } catch (SdkClientException e) {
      return Optional.empty();
    }
  }

  static AwsCredentialsProvider credentials(S3Credentials credentials) {
    return switch (credentials) {
      case S3Credentials.DefaultChain(Optional<String> profile) -> {
        DefaultCredentialsProvider.Builder chain = DefaultCredentialsProvider.builder();
        profile.ifPresent(chain::profileName);
        yield chain.build();
      }
      case S3Credentials.Keys keys ->
          StaticCredentialsProvider.create(
              keys.sessionToken().isPresent()
                  ? AwsSessionCredentials.create(
                      keys.accessKeyId(),
                      keys.secretAccessKey().reveal(),
                      keys.sessionToken().get().reveal())
                  : AwsBasicCredentials.create(
                      keys.accessKeyId(), keys.secretAccessKey().reveal()));
      case S3Credentials.Anonymous() -> AnonymousCredentialsProvider.create();
    };
  }

  private static SdkHttpClient http(NetworkSettings network) {
    UrlConnectionHttpClient.Builder builder =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(network.patience().connect())
            .socketTimeout(network.patience().silence())
            .proxyConfiguration(proxy(network.proxy()));
    Certificates.trusting(network.certificates())
        .ifPresent(trusted -> builder.tlsTrustManagersProvider(() -> trusted));
    return builder.build();
  }

  private static ProxyConfiguration proxy(ProxySettings settings) {
    ProxyConfiguration.Builder builder = ProxyConfiguration.builder();
    return switch (settings) {
      case ProxySettings.FromEnvironment() -> builder.build();
      case ProxySettings.None() ->
          builder.useSystemPropertyValues(false).useEnvironmentVariablesValues(false).build();
      case ProxySettings.Through through -> {
        builder
            .useSystemPropertyValues(false)
            .useEnvironmentVariablesValues(false)
            .endpoint(URI.create("http://" + through.host() + ":" + through.port()));
        through.bypass().forEach(each -> builder.addNonProxyHost(each.replace("*.", ".*\\.")));
        through
            .user()
            .ifPresent(user -> builder.username(user.name()).password(user.password().reveal()));
        yield builder.build();
      }
    };
  }
}
