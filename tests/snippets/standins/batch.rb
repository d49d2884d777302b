# Runs programs one after the other, each in a process forked from one that has loaded what
# takes longest. Takes a JSON file of [{ file, key, room }], prints what each one did.
require "json"
require "net/http"

done = JSON.parse(File.read(ARGV[0], encoding: "UTF-8")).map do |program|
  out, err = %w[out err].map { |kind| "#{program["room"]}.#{kind}" }
  child = fork do
    $stdout.reopen(out, "w")
    $stderr.reopen(err, "w")
    ENV["RUNAPI_API_KEY"] = program["key"]
    Dir.chdir(program["room"])
    load program["file"]
  end
  status = Process.wait2(child).last
  said = [out, err].map { |file| File.read(file, encoding: "UTF-8") }
  { success: status.success?, out: said[0], err: said[1] }
end
puts JSON.generate(done)
