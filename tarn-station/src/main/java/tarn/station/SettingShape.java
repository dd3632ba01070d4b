package tarn.station;

/** How a setting is written in TOML. */
enum SettingShape {
  TEXT,
  INTEGER
}
