// Durations as Prometheus writes them.
{
  local units = [[86400, 'd'], [3600, 'h'], [60, 'm']],
  text(seconds)::
    local whole = std.max(1, std.floor(seconds));
    local fitting = [unit for unit in units if whole % unit[0] == 0];
    if std.length(fitting) > 0 then '%d%s' % [whole / fitting[0][0], fitting[0][1]] else '%ds' % whole,
  of(config, seconds):: self.text(seconds / config.pace),
}
