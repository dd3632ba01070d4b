package tarn.station;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tarn.testkit.Checkout;

class SettingsPageTest {
  @Test
  void page_saysOfEachSettingWhatTheTableSays() throws IOException {
    String page = Files.readString(Checkout.folder().resolve("docs/reference/settings.md"));
    String expected =
        Settings.ALL.stream().map(SettingsPageTest::section).collect(Collectors.joining("\n"));

    assertThat(page).contains("<!-- settings -->\n\n" + expected + "\n<!-- /settings -->");
  }

  private static String section(Setting<?> setting) {
    return """
        ### `%s`

        %s

        | Environment | Type | Default | Example |
        | --- | --- | --- | --- |
        | `%s` | %s | %s | `%s` |
        """
        .formatted(
            setting.key(),
            setting.description(),
            setting.variable(),
            setting.type().name(),
            setting.fallback().description(),
            setting.example());
  }
}
