package tarn.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tarn.storage.Operation;

class PartsTest {
  private static final Request REQUEST = new Request(Operation.WRITE, "s3://bucket/key");

  @ParameterizedTest
  @CsvSource({"0, '0'", "1, '1'", "9, '9'", "10, '10 0'", "25, '10 10 5'", "30, '10 10 10 0'"})
  void content_comesInEqualParts_theLastOneShorter(int length, String expected) {
    Parts parts = new Parts(new ByteArrayInputStream(new byte[length]), REQUEST, 10);

    assertThat(String.join(" ", lengths(parts))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"4999, 5000", "5000, 5001", "5004, 5002"})
  void parts_growAfterFiveThousand(int length, int number) {
    Parts parts = new Parts(new ByteArrayInputStream(new byte[length]), REQUEST, 1);

    assertThat(lengths(parts)).hasSize(number);
  }

  private static List<String> lengths(Parts parts) {
    List<String> lengths = new ArrayList<>();
    do {
      lengths.add(String.valueOf(parts.next().bytes().length));
    } while (!parts.ended());
    return lengths;
  }
}
