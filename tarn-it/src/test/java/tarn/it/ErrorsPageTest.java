package tarn.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tarn.base.ErrorCode;
import tarn.testkit.Checkout;

class ErrorsPageTest {
  @Test
  void page_explainsEachCode() throws IOException {
    String page = Files.readString(Checkout.folder().resolve("docs/reference/errors.md"));
    List<String> rows =
        page.substring(page.indexOf("<!-- errors -->"), page.indexOf("<!-- /errors -->"))
            .lines()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertThat(rows)
        .extracting(row -> row.split("\\|", -1)[1].strip() + row.split("\\|", -1)[2])
        .containsExactlyElementsOf(
            Stream.of(ErrorCode.values())
                .map(
                    error ->
                        "`%s` %s "
                            .formatted(error.code(), error.fault().name().toLowerCase(Locale.ROOT)))
                .toList());
    assertThat(rows)
        .allSatisfy(
            row -> {
              String[] cells = row.split("\\|", -1);
              assertThat(cells).hasSize(6);
              assertThat(cells[3]).endsWith(". ");
              assertThat(cells[4]).isNotBlank();
            });
  }
}
