# Runs programs one after the other, each in a process forked from one that has loaded what
# takes longest. Takes a JSON file of [{ file, key, room }], prints what each one did.
import json
import os
import runpy
import sys
import tempfile
import traceback
import urllib.request


def run(file):
    try:
        runpy.run_path(file, run_name="__main__")
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    return 1


done = []
with open(sys.argv[1]) as programs:
    programs = json.load(programs)
for program in programs:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os.environ["RUNAPI_API_KEY"] = program["key"]
            os.chdir(program["room"])
            status = run(program["file"])
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        status = os.waitpid(child, 0)[1]
        out.seek(0)
        err.seek(0)
        done.append(
            {
                "success": status == 0,
                "out": out.read().decode(),
                "err": err.read().decode(),
            }
        )
print(json.dumps(done))
