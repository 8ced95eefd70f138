#!/bin/sh
# Reads every #include of src/ and include/ and holds it against tools/layers.txt:
#   - a file includes its own folder and lower floors, never a neighbour on its floor, never above;
#     a public header counts as part of the folder that owns it;
#   - cli includes public headers and its own folder only;
#   - a public header includes no private one;
#   - each outside library is named in its one file, and an unlisted one nowhere.
# Usage: tools/check_layers.sh [root of the project]
set -eu
root=${1:-$(dirname "$0")/..}
cd "$root"
find include src -name '*.[ch]' -o -name '*.inc' | LC_ALL=C sort | awk -v table=tools/layers.txt '
function complain(text) {
    printf "%s:%d: %s\n", file, line_number, text
    faults++
}
function read_table(   line, word, n, i) {
    while ((getline line < table) > 0) {
        if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
        n = split(line, word, /[ \t]+/)
        if (word[1] ~ /^[0-9]+$/) {
            floor_of[word[2]] = word[1] + 0
            for (i = 3; i <= n; i++) owner[word[i]] = word[2]
        } else if (word[1] == "system") {
            for (i = 2; i <= n; i++) system_header[word[i]] = 1
        } else {
            home[word[1]] = word[2]
        }
    }
    close(table)
    if (!("base" in floor_of)) { print "cannot read " table; faults++ }
}
# folder may see target where it is the same or stands on a lower floor
function check_floor(target, what) {
    if (target == folder || floor_of[target] < floor_of[folder]) return
    complain(folder " (floor " floor_of[folder] ") includes " what " of " target " (floor " floor_of[target] ")")
}
function check_public(name) {
    if (!(name in owner)) complain("sonaxis/" name " has no owner in " table)
    else if (folder != "cli") check_floor(owner[name], "sonaxis/" name)
}
function check_ours(name,   parts, n) {
    n = split(name, parts, "/")
    if (n == 2 && parts[1] == "sonaxis") { check_public(parts[2]); return }
    if (is_public) { complain("a public header includes the private \"" name "\""); return }
    if (n == 1) {
        if (!(("src/" folder "/" name) in exists)) complain("\"" name "\" is not in src/" folder)
    } else if (n > 2 || !(parts[1] in floor_of)) {
        complain("\"" name "\" is in no folder of " table)
    } else if (folder == "cli" && parts[1] != "cli") {
        complain("cli includes \"" name "\": it sees include/sonaxis/ and its own folder only")
    } else {
        check_floor(parts[1], "\"" name "\"")
    }
}
function check_outside(name) {
    if (name in system_header) return
    if (!(name in home)) complain("<" name "> is no system header and no library of " table)
    else if (home[name] != file && !(home[name] ~ /\/$/ && index(file, home[name]) == 1))
        complain("<" name "> may be named in " home[name] " only")
}
function check_file(   line, parts, name) {
    split(file, parts, "/")
    is_public = parts[1] == "include"
    folder = parts[2]
    line_number = 0
    if (is_public && !(parts[3] in owner)) { complain("has no owner in " table); return }
    if (is_public) folder = owner[parts[3]]
    if (!(folder in floor_of)) { complain("the folder " folder " has no floor in " table); return }
    while ((getline line < file) > 0) {
        line_number++
        if (line !~ /^[ \t]*#[ \t]*include[ \t]*[<"]/) continue
        name = line
        sub(/^[^<"]*[<"]/, "", name)
        sub(/[>"].*/, "", name)
        includes++
        if (line ~ /include[ \t]*"/) check_ours(name)
        else check_outside(name)
    }
    close(file)
}
BEGIN { read_table() }
{ files[NR] = $0; exists[$0] = 1 }
END {
    for (k = 1; k <= NR; k++) { file = files[k]; check_file() }
    if (faults) { printf "%d fault%s in %d includes\n", faults, faults == 1 ? "" : "s", includes; exit 1 }
    printf "floors: %d includes in %d files, all downwards\n", includes, NR
}'
