# Leaves out a program's pauses, but not those of Ruby's own threads, which watch over time.
module Without
  def sleep(*)
    Thread.current == Thread.main ? 0 : super
  end
end
Object.prepend(Without)
Kernel.singleton_class.prepend(Without)
