package tarn.lake.extension;

/**
 * What an extension must have been built for, as the engine says it of itself.
 *
 * @param version such as {@code v1.5.5}
 * @param platform such as {@code linux_amd64}
 */
record Build(String version, String platform) {

  /** The version as packages are numbered: without the leading {@code v}. */
  String packageVersion() {
    return version.startsWith("v") ? version.substring(1) : version;
  }

  @Override
  public String toString() {
    return version + "/" + platform;
  }
}
