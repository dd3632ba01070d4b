package tarn.integrity.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.integrity.ledger.Digest;
import tarn.storage.ObjectStore;
import tarn.storage.StoreLocation;
import tarn.storage.StoreSettings;
import tarn.storage.connect.Stores;

/** A folder plays the bucket. */
class StoreFilesTest {
  @TempDir Path folder;
  private ObjectStore store;
  private StoreFiles files;

  @BeforeEach
  void openStore() {
    store = Stores.open(new StoreLocation.Folder(folder), StoreSettings.DEFAULT);
    files = new StoreFiles(store, "s3://bucket/lake/");
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private byte[] put(String key, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Path file = folder.resolve(key);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return bytes;
  }

  @Test
  void listing_hasEveryObjectBelowAFolder() throws IOException {
    put("ward/visit/a.parquet", 10);
    put("ward/visit/p=1/ü x.parquet", 20);
    put("ward/visitor/b.parquet", 30);

    List<String> found = new ArrayList<>();
    assertThat(
            files.list(
                "s3://bucket/lake/ward/visit",
                batch -> batch.forEach(each -> found.add(each.path() + " " + each.size()))))
        .isEmpty();

    assertThat(found)
        .containsExactlyInAnyOrder(
            "s3://bucket/lake/ward/visit/a.parquet 10",
            "s3://bucket/lake/ward/visit/p=1/ü x.parquet 20");
  }

  @Test
  void wholeFile_andPiecesOfIt_areRead() throws IOException {
    byte[] bytes = put("ward/big.parquet", 3_000_001);
    String path = "s3a://bucket/lake/ward/big.parquet";

    try (OpenFile open = files.open(path)) {
      byte[] tail = new byte[8];
      assertThat(open.read(open.size() - 8, tail, 8)).isEqualTo(8);
      assertThat(tail).containsExactly(java.util.Arrays.copyOfRange(bytes, 2_999_993, 3_000_001));
    }
    Path copy = folder.resolve("ward/big.parquet");
    Digest local;
    try (OpenFile open = new LocalFiles(folder).open(copy.toString())) {
      local = Digest.of(open, _ -> {});
    }
    try (OpenFile open = files.open(path)) {
      assertThat(Digest.of(open, _ -> {})).isEqualTo(local);
    }
  }

  @Test
  void absence_isToldFromIgnorance() throws IOException {
    put("ward/a.parquet", 1);

    assertThat(files.find("s3://bucket/lake/ward/b.parquet")).isEmpty();
    assertThatThrownBy(() -> files.open("s3://bucket/lake/ward/b.parquet"))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> files.find("s3://bucket/other/ward/a.parquet"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "az://box/lake/, az://box/lake/a, az://box/lake/a",
    "az://box/lake/, azure://box/lake/a, az://box/lake/a",
    "az://box/lake/, abfss://box@acc.dfs.core.windows.net/lake/a, az://box/lake/a",
    "az://acc.blob.core.windows.net/box/lake/, abfss://box@acc.dfs.core.windows.net/lake/a, az://acc.blob.core.windows.net/box/lake/a",
    "abfss://box@acc.dfs.core.windows.net/lake/, https://acc.blob.core.windows.net/box/lake/a, abfss://box@acc.dfs.core.windows.net/lake/a",
    "abfss://box@acc.dfs.core.windows.net/lake/, https://ACC.dfs.core.windows.net/box/lake/a, abfss://box@acc.dfs.core.windows.net/lake/a",
    "abfss://box@acc.dfs.core.windows.net/lake/, abfss://box@else.dfs.core.windows.net/lake/a, abfss://box@else.dfs.core.windows.net/lake/a",
    "s3://box/lake/, s3a://box/lake/a, s3://box/lake/a",
    "s3://box/lake/, s3n://box/lake/a%20b, s3://box/lake/a%20b",
    "s3://box/lake/, s3://box/lake//a, s3://box/lake//a",
    "s3://box/lake/, s3://box/lake/./a, s3://box/lake/./a",
    "s3://box/lake/, s3://Box/lake/a, s3://Box/lake/a",
    "s3://box/lake/, az://box/lake/a, az://box/lake/a",
  })
  void waysToWriteOneStore_areOne(String dataPath, String path, String canonical) {
    assertThat(new StoreFiles(store, dataPath).canonical(path)).isEqualTo(canonical);
  }
}
