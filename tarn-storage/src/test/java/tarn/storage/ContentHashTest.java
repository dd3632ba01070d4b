package tarn.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ContentHashTest {
  /** The values of FIPS 180-4's example and of RFC 3720, appendix B.4. */
  @Test
  void hash_ofKnownContent_isTheKnownOne() throws IOException {
    assertThat(ContentHash.of(Contents.text("abc")))
        .isEqualTo(
            new ContentHash(
                3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "364b3fb7"));
    assertThat(ContentHash.of(Contents.text("123456789")).crc32c()).isEqualTo("e3069283");
    assertThat(ContentHash.of(Contents.bytes(new byte[32])).crc32c()).isEqualTo("8a9136aa");
    assertThat(ContentHash.of(Contents.text("")).sha256())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }
}
