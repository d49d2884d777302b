# Leaves out a program's pauses.
module Without
  def sleep(*)
    0
  end
end
Object.prepend(Without)
Kernel.singleton_class.prepend(Without)
