package tarn.assets;

/** An asset as an object, for what {@link Asset} cannot say or for assets made in a loop. */
public interface JavaAsset {

  /** What it is; the same each time it is asked. */
  AssetSpec spec();

  /**
   * Makes its content.
   *
   * @throws Exception when it cannot; nothing is written then
   */
  Output produce(AssetContext context) throws Exception;
}
