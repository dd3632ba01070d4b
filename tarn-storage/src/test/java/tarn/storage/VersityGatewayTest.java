package tarn.storage;

import java.util.List;
import tarn.testkit.emulator.S3Emulator;
import tarn.testkit.emulator.VersityGateway;

class VersityGatewayTest extends S3Contract {
  @Override
  S3Emulator emulator() {
    return VersityGateway.shared();
  }

  @Override
  List<String> refusedKeys() {
    return List.of(OddKeys.TRAILING_SLASH, OddKeys.LONG_NAME);
  }

  /** It keeps objects as files, and writes listings as XML that has no control characters. */
  @Override
  List<String> confusedKeys() {
    return List.of(OddKeys.DOUBLE_SLASH, OddKeys.LEADING_SLASH, OddKeys.CONTROL);
  }
}
