package tarn.storage;

/** What it takes to open any store; a location uses the part that belongs to it. */
public record StoreSettings(S3Settings s3, AzureSettings azure, NetworkSettings network) {
  public static final StoreSettings DEFAULT =
      new StoreSettings(S3Settings.DEFAULT, AzureSettings.DEFAULT, NetworkSettings.DEFAULT);
}
