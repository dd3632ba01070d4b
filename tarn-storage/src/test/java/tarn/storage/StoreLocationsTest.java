package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

class StoreLocationsTest {
  private static final Path BASE = Path.of("/srv/station");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3://bucket | s3://bucket/",
        "s3://bucket/ | s3://bucket/",
        "s3://bucket/prefix | s3://bucket/prefix/",
        "S3://bucket/pre fix/ü/%41/ | s3://bucket/pre fix/ü/%41/",
        "s3://bucket/a//b#c | s3://bucket/a//b#c/",
        "az://container/prefix/ | az://container/prefix/",
        "azure://container/prefix | az://container/prefix/",
        "az://account.blob.core.windows.net/container/a/b | az://account.blob.core.windows.net/container/a/b/",
        "abfss://container@account.dfs.core.windows.net/a/b | abfss://container@account.dfs.core.windows.net/a/b/",
        "abfss://container/prefix | abfss://container/prefix/",
        "lake/data | /srv/station/lake/data/",
        "../data/./x// | /srv/data/x/",
        "/data | /data/",
        "file:///data/lake | /data/lake/",
        "/ | /"
      })
  void location_isReadAndWrittenInOneForm(String text, String expected) {
    StoreLocation location = StoreLocations.parse(text, BASE);

    assertThat(location.text()).isEqualTo(expected);
    assertThat(StoreLocations.parse(location.text(), BASE)).isEqualTo(location);
  }

  @Test
  void location_ofADataLake_isReachedAsBlobs() {
    assertThat(StoreLocations.parse("abfss://lake@Account.dfs.core.chinacloudapi.cn/a/", BASE))
        .isEqualTo(
            new StoreLocation.Azure(
                Optional.of("account.blob.core.chinacloudapi.cn"), "lake", "a/", "abfss"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "s3://",
        "s3:///prefix",
        "s3://b",
        "s3://bucket/a/../b",
        "s3://bucket/./",
        "s3://bucket/prefix?s3_region=here",
        "s3://AKIDSECRET:SECRET@bucket/",
        "az://Container/",
        "az://con--tainer/",
        "az://account.blob.core.windows.net/",
        "az://container/prefix?sig=SECRET",
        "abfss://container@/prefix",
        "abfss://container:SECRET@account/prefix",
        "gs://bucket/",
        "https://account.blob.core.windows.net/container?sig=SECRET",
        "file://host/data",
        "file:///a%20b",
        "nul\0"
      })
  void text_thatIsNoLocation_isRefused_withoutRepeatingSecrets(String text) {
    TarnException failure =
        Contents.failure(ErrorCode.SETTING_INVALID, () -> StoreLocations.parse(text, BASE));

    assertThat(failure).hasMessageNotContaining("SECRET");
    assertThat(failure.remedy()).contains("s3://bucket/prefix/");
  }
}
