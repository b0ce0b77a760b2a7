package cli

import "os"

// resemble does nothing: a file has no mode here, and its owner is that of the folder.
func resemble(*os.File, os.FileInfo) error { return nil }
