// Package load owns the way from a CONFIG on disk to named bytes and node facts:
// which files there are, which node they belong to, what the settings file says.
// It must not know what a line of a .fw file means (but for guessing the kind of
// a file whose name does not tell). Invariant: nothing it is pointed at can make
// it block, loop or grow without bound, and every failure names the path. Start
// reading at Load; layout.go finds the files, read.go opens them.
package load
