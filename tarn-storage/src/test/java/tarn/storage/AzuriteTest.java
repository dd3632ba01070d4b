package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static tarn.storage.Contents.keys;

import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import tarn.base.TarnException;

class AzuriteTest extends ObjectStoreContract {
  private static final String PREFIX = "pre fix/ü/";

  private String container = "";

  @Override
  ObjectStore open() {
    container = AzureTests.newContainer();
    return AzureTests.open(container, PREFIX);
  }

  @Override
  ObjectStore openMissing() {
    return AzureTests.open("no-such-container", PREFIX);
  }

  @Override
  void beginUpload(String key) {
    AzureTests.bare(container)
        .getBlobClient(PREFIX + key)
        .getBlockBlobClient()
        .stageBlock(
            Base64.getEncoder().encodeToString(new byte[16]),
            new ByteArrayInputStream(new byte[100]),
            100);
  }

  /** The service takes such a blob for one that is not there; the emulator for one that is. */
  @Override
  @Test
  void incompleteUpload_showsInNoListing_andCanBeAborted() {
    beginUpload("folder/unfinished");

    assertThat(keys(store, "")).isEmpty();
    assertThat(store.head("folder/unfinished")).isEmpty();
    List<IncompleteUpload> uploads = incomplete("folder/");
    assertThat(uploads).extracting(IncompleteUpload::key).containsExactly("folder/unfinished");
    assertThatExceptionOfType(TarnException.class)
        .isThrownBy(() -> store.abort(uploads.getFirst()))
        .withMessageContaining("the store keeps its blocks");
  }

  @Override
  List<String> refusedKeys() {
    return List.of(
        OddKeys.BACKSLASH,
        OddKeys.TRAILING_SLASH,
        OddKeys.TRAILING_DOT,
        OddKeys.DOT_BEFORE_SLASH,
        OddKeys.DOTS);
  }

  /** Its listings are XML that has no control characters, so it fails. */
  @Override
  List<String> confusedKeys() {
    return List.of(OddKeys.CONTROL);
  }

  /** The service itself frees the blocks of a failed write, after a week. */
  @Override
  List<IncompleteUpload> leftBehindByFailedWrites() {
    return List.of();
  }
}
