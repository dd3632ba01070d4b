package tarn.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static tarn.storage.Contents.ALWAYS;
import static tarn.storage.Contents.failure;
import static tarn.storage.Contents.keys;
import static tarn.storage.Contents.readText;
import static tarn.storage.Contents.text;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import java.net.URI;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tarn.base.ErrorCode;
import tarn.base.TarnException;
import tarn.storage.ObjectVersion.Standing;
import tarn.storage.connect.Stores;
import tarn.testkit.emulator.Azurite;

/** What only Azure has: snapshots, signatures, folders that are blobs. */
class AzureBlobsTest {
  private final String container = AzureTests.newContainer();
  private final BlobContainerClient bare = AzureTests.bare(container);

  @Test
  void versions_tellOfSnapshots_andDeletingLeavesThem() {
    try (ObjectStore store = AzureTests.open(container, "")) {
      store.write("object", text("first"), ALWAYS);
      bare.getBlobClient("object").createSnapshot();
      store.write("object", text("second"), ALWAYS);

      List<ObjectVersion> versions = store.versions("object");

      assertThat(versions)
          .extracting(ObjectVersion::standing)
          .containsExactly(Standing.LATEST, Standing.SUPERSEDED);
      assertThat(versions)
          .extracting(each -> new String(Contents.drained(store.readVersion(each)), UTF_8))
          .containsExactly("second", "first");
      TarnException failure =
          failure(ErrorCode.STORAGE_FAILED, () -> store.delete(List.of("object")));
      assertThat(failure).hasMessageContaining("SnapshotsPresent");
      assertThat(readText(store, "object")).isEqualTo("second");
    }
  }

  @Test
  void list_ofAHierarchicalAccount_leavesOutItsFolders() {
    bare.getBlobClient("folder")
        .uploadWithResponse(
            new BlobParallelUploadOptions(BinaryData.fromBytes(new byte[0]))
                .setMetadata(Map.of("hdi_isfolder", "true")),
            null,
            null);
    try (ObjectStore store = AzureTests.open(container, "")) {
      store.write("folder/object", text("content"), ALWAYS);

      assertThat(keys(store, "")).containsExactly("folder/object");
      try (var children = store.children("")) {
        assertThat(children).containsExactly(new KeyPrefix("folder/"));
      }
    }
  }

  @Test
  void signature_allowsWhatItSays_andNoMore() {
    String signature =
        bare.generateSas(
            new BlobServiceSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1),
                new BlobContainerSasPermission().setReadPermission(true).setListPermission(true)));
    try (ObjectStore owner = AzureTests.open(container, "");
        ObjectStore reader = open(signed("?" + signature))) {
      owner.write("object", text("content"), ALWAYS);

      assertThat(keys(reader, "")).containsExactly("object");
      assertThat(readText(reader, "object")).isEqualTo("content");
      TarnException failure =
          failure(ErrorCode.STORAGE_DENIED, () -> reader.write("new", text("x"), ALWAYS));
      assertThat(failure.remedy()).contains("Storage Blob Data Contributor");
      assertThat(failure).hasMessageNotContaining("sig=");
    }
  }

  @Test
  void signature_letsTheStoreCopy() {
    String signature =
        bare.generateSas(
            new BlobServiceSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1),
                BlobContainerSasPermission.parse("racwdl")));
    try (ObjectStore store = open(signed(signature))) {
      store.write("ü +%41#?", text("content"), ALWAYS);

      store.copy("ü +%41#?", "copy", ALWAYS);

      assertThat(readText(store, "copy")).isEqualTo("content");
    }
  }

  @Test
  void signature_thatHasExpired_isRefused() {
    String signature =
        bare.generateSas(
            new BlobServiceSasSignatureValues(
                OffsetDateTime.now(ZoneOffset.UTC).minusHours(1),
                new BlobContainerSasPermission().setReadPermission(true).setListPermission(true)));
    try (ObjectStore store = open(signed(signature))) {
      // Azure says AuthenticationFailed, which is `storage.credentials-refused`; Azurite does not.
      failure(ErrorCode.STORAGE_DENIED, () -> keys(store, ""));
    }
  }

  @Test
  void accountKey_isAccepted_andAWrongOneRefused() {
    AzureCredentials right =
        new AzureCredentials.AccountKey(Azurite.ACCOUNT, new Secret(Azurite.ACCOUNT_KEY));
    AzureCredentials wrong =
        new AzureCredentials.AccountKey(Azurite.ACCOUNT, new Secret("d3Jvbmcga2V5"));
    try (ObjectStore store = open(right);
        ObjectStore refused = open(wrong)) {
      assertThat(keys(store, "")).isEmpty();
      failure(ErrorCode.STORAGE_DENIED, () -> keys(refused, ""));
    }
    assertThat(right.toString()).doesNotContain(Azurite.ACCOUNT_KEY);
  }

  @Test
  void settings_thatDoNotFit_areToldWithoutTheirSecrets() {
    String text = "AccountKey=not-to-be-shown";
    TarnException broken =
        failure(
            ErrorCode.SETTING_INVALID,
            () -> open(new AzureCredentials.ConnectionString(new Secret(text))).close());
    assertThat(broken).hasMessageNotContaining("not-to-be-shown").hasNoCause();

    StoreLocation elsewhere =
        new StoreLocation.Azure(Optional.of("other.blob.core.windows.net"), container, "", "abfss");
    AzureCredentials ofAnother =
        new AzureCredentials.AccountKey("account", new Secret("bm90IHRvIGJlIHNob3du"));
    failure(
        ErrorCode.SETTING_INVALID,
        () -> Stores.open(elsewhere, settings(Optional.empty(), ofAnother)).close());
  }

  private static AzureCredentials signed(String signature) {
    return new AzureCredentials.SharedAccessSignature(Optional.empty(), new Secret(signature));
  }

  private ObjectStore open(AzureCredentials credentials) {
    return Stores.open(
        new StoreLocation.Azure(Optional.empty(), container, "", "az"),
        settings(Optional.of(Azurite.shared().endpoint()), credentials));
  }

  private static StoreSettings settings(Optional<URI> endpoint, AzureCredentials credentials) {
    return new StoreSettings(
        S3Settings.DEFAULT, new AzureSettings(endpoint, credentials), StoreFaultContract.NETWORK);
  }
}
