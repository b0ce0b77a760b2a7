package load

import _ "embed" // the schema is a file, so that editors can be pointed at it

//go:embed pvefw.schema.json
var schema string

// Schema is the JSON schema of the settings file.
func Schema() string { return schema }
