package facts

// NoLog is the number of the level nolog: nothing is written.
const NoLog = -1

// LogLevel returns the number of a lower-case level name: emerg 0 to debug 7,
// NoLog for nolog. The empty name is NoLog too, because a level option may be
// set to nothing (reference/pve-firewall §2.2).
func LogLevel(name string) (n int, ok bool) {
	if name == "" || name == "nolog" {
		return NoLog, true
	}
	for i, level := range logLevels {
		if level == name {
			return i, true
		}
	}
	return 0, false
}

// LogLevelName is the inverse of LogLevel; it panics on other numbers.
func LogLevelName(n int) string {
	if n == NoLog {
		return "nolog"
	}
	return logLevels[n]
}

// LogLevels lists all level names, nolog last; the caller owns the slice.
func LogLevels() []string { return append(append([]string(nil), logLevels[:]...), "nolog") }

var logLevels = [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}
