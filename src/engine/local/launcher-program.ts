/**
 * A small process that forks for the engine: a fork of Node copies the page tables of a big process and stops its main
 * thread meanwhile. It reads and writes frames (`launcher.ts`), ends everything that it started when its standard
 * input ends, and loads nothing after its start: the first process of a step's namespaces is a fork of it, with all
 * rights, and sees the step's files.
 *
 * Arguments: a file that gets a line "PID START" before each command that runs without a namespace, and 1 on arm64.
 * It needs what Debian's perl-base has. System calls are by number: of x86_64, or of the generic table of arm64.
 */
export const launcherProgram = String.raw`
my ($notesFile, $arm) = @ARGV;
@INC = ();
chdir "/";
$SIG{PIPE} = "IGNORE";
$0 = "sluice-launcher";
my $self = $$;
my %nr = $arm
  ? (clone => 220, mount => 40, umount2 => 39, pivot_root => 41, prctl => 167, capget => 90, capset => 91,
     dup3 => 24, mknodat => 33, setsid => 157, exit_group => 94,
     ioprio_get => 31, newfstatat => 79)
  : (clone => 56, mount => 165, umount2 => 166, pivot_root => 155, prctl => 157, capget => 125, capset => 126,
     dup3 => 292, mknodat => 259, setsid => 112, exit_group => 231,
     ioprio_get => 252, newfstatat => 262);
my ($PIDFD_OPEN, $CLOSE_RANGE) = (434, 436);
my ($RDONLY, $NOSUID, $NODEV, $NOEXEC, $REMOUNT, $BIND, $REC, $PRIVATE) = (1, 2, 4, 8, 32, 4096, 16384, 1 << 18);
my ($NEWNS, $NEWPID, $SIGCHLD, $DETACH) = (0x20000, 0x20000000, 17, 2);
my ($DEATH_SIGNAL, $DUMPABLE, $BOUNDING_DROP, $AMBIENT) = (1, 4, 24, 47);

sub leave { syscall($nr{exit_group}, $_[0] + 0) }
sub control { syscall($nr{prctl}, $_[0] + 0, $_[1] + 0, 0, 0, 0) }
# Nobody may trace this process or its forks or look into their memory who could not trace every process.
control($DUMPABLE, 0);

my $mask = umask 077;
open(my $notes, ">>", $notesFile) or die "failed to open $notesFile: $!\n";
umask $mask;
open(my $null, "+<", "/dev/null") or die "failed to open /dev/null: $!\n";
my $lastCap = 40;
if (open(my $file, "<", "/proc/sys/kernel/cap_last_cap")) { $lastCap = <$file> + 0; close $file }
my %granted = map { $_ => 1 } (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 31);

my (%live, $prepared, $toRemover, $fromRemover);
my $said = "";
sub answer { my ($type, $id, $text) = @_; $said .= pack("N a N", length($text) + 5, $type, $id) . $text }

sub fail { my ($id, $text) = @_; answer("f", $id, $text); answer("d", $id, "+") }

sub endAll {
  for my $entry (values %live) {
    kill(9, -$entry->{pid}) if $entry->{here};
    kill(9, $entry->{pid}) if !defined $entry->{status};
  }
  kill(9, $prepared->{pid}) if $prepared;
  leave(0);
}

sub flushSaid {
  my $from = 0;
  while ($from < length $said) {
    my $count = syswrite(STDOUT, $said, length($said) - $from, $from);
    endAll() if !defined $count;
    $from += $count;
  }
  $said = "";
}

# Closes every descriptor above 2 but these.
sub closeOthers {
  my $from = 3;
  for my $keep (sort { $a <=> $b } map { fileno($_) } @_) {
    syscall($CLOSE_RANGE, $from, $keep - 1, 0) if $keep > $from;
    $from = $keep + 1;
  }
  syscall($CLOSE_RANGE, $from, 0x7fffffff, 0);
}

sub onto { my ($handle, $number) = @_; syscall($nr{dup3}, fileno($handle) + 0, $number + 0, 0) }

# Tells an engine that finds this after a crash that the step was started.
sub noteStart { my ($step) = @_; syswrite($notes, "started $step\n") }

sub complain { syswrite(STDERR, $_[0]) }

sub become {
  my ($environment, $file, @argv) = @_;
  $SIG{PIPE} = "DEFAULT";
  %ENV = ();
  for (@$environment) { my ($name, $value) = split(/=/, $_, 2); $ENV{$name} = $value }
  exec { $file } @argv;
  my $code = $! == 2 ? 127 : 126;
  complain("$argv[0]: $!\n");
  leave($code);
}

sub follow {
  my ($id, $entry) = @_;
  my $pidfd = syscall($PIDFD_OPEN, $entry->{pid} + 0, 0);
  if ($pidfd < 0) {
    my $fault = $!;
    kill(9, $entry->{pid});
    waitpid($entry->{pid}, 0);
    return fail($id, "pidfd_open: $fault");
  }
  open($entry->{ended}, "<&=", $pidfd);
  for (qw(out err news)) { fcntl($entry->{$_}, 4, 2048) if defined $entry->{$_} }
  $live{$id} = $entry;
  answer("s", $id, pack("N", $entry->{pid}));
}

# Waits for a command on the host's own files, in a session of its own, so that the next step need not wait for a fork.
sub waitForCommand {
  my ($orders, $outEnd, $errEnd) = @_;
  control($DEATH_SIGNAL, 9);
  leave(137) if getppid() != $self;
  syscall($nr{setsid});
  onto($null, 0); onto($outEnd, 1); onto($errEnd, 2);
  closeOthers($orders, $notes);
  open(my $stat, "<", "/proc/self/stat");
  my $line = <$stat>;
  my $start = (split(/ /, substr($line, rindex($line, ")") + 2)))[19];
  my ($file, $folder, $count, @rest) = readFrame($orders);
  my @argv = splice(@rest, 0, $count);
  syswrite($notes, "$$ $start\n");
  if (!chdir $folder) { complain("$folder: $!\n"); leave(64) }
  become(\@rest, $file, @argv);
}

sub prepareHere {
  pipe(my $orders, my $ordersEnd) && pipe(my $out, my $outEnd) && pipe(my $err, my $errEnd) or return undef;
  my $pid = fork;
  return undef if !defined $pid;
  waitForCommand($orders, $outEnd, $errEnd) if !$pid;
  return { here => 1, pid => $pid, orders => $ordersEnd, out => $out, err => $err };
}

sub runHere {
  my ($id, $step, $command) = @_;
  my $entry = $prepared || prepareHere();
  $prepared = undef;
  return fail($id, "fork: $!") if !$entry;
  noteStart($step);
  syswrite($entry->{orders}, pack("N", length $command) . $command);
  delete $entry->{orders};
  follow($id, $entry);
  $prepared = prepareHere();
}

sub need { my ($done, $what) = @_; die "$what: $!\n" if !$done }

sub mounted {
  my ($source, $target, $type, $flags, $options) = @_;
  return 0 == syscall($nr{mount}, "$source", "$target", "$type", $flags + 0, $options eq "" ? 0 : "$options");
}

sub mountOn { need(mounted(@_), "mount $_[1]") }

sub makeFolder {
  my ($path) = @_;
  return if -d $path;
  my $begin = "";
  for my $part (split(/\//, $path)) { $begin .= "$part/"; -d $begin || mkdir $begin }
  need(-d $path, "mkdir $path");
}

sub bindMount {
  my ($source, $target) = @_;
  if (-d $source) { makeFolder($target) }
  else {
    makeFolder($1) if $target =~ m{^(.+)/};
    -e $target || open(my $file, ">", $target);
  }
  mountOn($source, $target, "none", $BIND, "");
}

sub makeDevices {
  mountOn("tmpfs", "/dev", "tmpfs", $NOSUID, "mode=755,size=1m");
  my %minors = (null => 3, zero => 5, full => 7, random => 8, urandom => 9);
  umask 0;
  for my $name (keys %minors, "tty") {
    my $device = $name eq "tty" ? 0x500 : 0x100 + $minors{$name};
    my $path = "/dev/$name";
    next if 0 == syscall($nr{mknodat}, -100, "$path", 020666, $device + 0);
    bindMount("/.old/dev/$name", "/dev/$name");
  }
  umask 022;
  symlink("/proc/self/fd", "/dev/fd");
  symlink("fd/0", "/dev/stdin"); symlink("fd/1", "/dev/stdout"); symlink("fd/2", "/dev/stderr");
  open(my $file, ">", "/dev/termination-log");
  mkdir "/dev/shm";
  mountOn("tmpfs", "/dev/shm", "tmpfs", $NOSUID | $NODEV, "mode=1777");
  mkdir "/dev/pts";
  mounted("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0620") && symlink("pts/ptmx", "/dev/ptmx");
}

# A file system of the host below its root: an overlay, else as it is without writing, else not at all.
sub showHost {
  my ($point, $layer, $flags) = @_;
  makeFolder("layers/$layer/upper"); makeFolder("layers/$layer/work");
  my $layers = "lowerdir=/.old$point,upperdir=layers/$layer/upper,workdir=layers/$layer/work";
  if (-d "/.old$point") {
    makeFolder($point);
    return if mounted("overlay", $point, "overlay", 0, "$layers,volatile") || mounted("overlay", $point, "overlay", 0, $layers);
  }
  bindMount("/.old$point", $point);
  mounted("none", $point, "none", $REMOUNT | $BIND | $RDONLY | $flags, "") || syscall($nr{umount2}, "$point", 0);
}

sub hostFlags {
  my %flags;
  my %bits = (nosuid => $NOSUID, nodev => $NODEV, noexec => $NOEXEC);
  open(my $file, "<", "/proc/self/mountinfo") or return \%flags;
  while (my $line = <$file>) {
    my @fields = split(/ /, $line);
    my $bits = 0;
    for (split(/,/, $fields[5])) { $bits |= $bits{$_} if exists $bits{$_} }
    $flags{$fields[4]} = $bits;
  }
  return \%flags;
}

# The folders, as they are in this pod, below which a step can change anything.
my @kept;

# As enterNamespace does it: the root is pivoted, not chrooted, so that no process keeps a way back to the host's.
sub buildRoot {
  my ($state, $upper, $hosts, $binds, $masks) = @_;
  umask 022;
  mountOn("none", "/", "none", $REC | $PRIVATE, "");
  mountOn("tmpfs", $state, "tmpfs", 0, "") if $upper eq "memory";
  need(chdir($state), $state);
  my $flags = @$hosts ? hostFlags() : {};
  for (qw(upper work root tmp layers)) { need(mkdir($_), "mkdir $_") }
  chmod 01777, "tmp";
  my $layers = "lowerdir=/,upperdir=upper,workdir=work";
  # The changes of a step need not outlive the machine; without volatile its end would sync the whole disk.
  mounted("overlay", "root", "overlay", 0, "$layers,volatile") || mountOn("overlay", "root", "overlay", 0, $layers);
  need(chdir("root"), "root");
  need(mkdir(".old"), ".old");
  my ($root, $old) = (".", ".old");
  need(0 == syscall($nr{pivot_root}, $root, $old), "pivot_root");
  need(chdir("/.old$state"), $state);
  for (qw(/proc /sys /dev /tmp /run)) { makeFolder($_) }
  mountOn("proc", "/proc", "proc", $NOSUID | $NODEV | $NOEXEC, "");
  for (qw(/proc/sys /proc/sysrq-trigger)) {
    next if !-e $_;
    mountOn($_, $_, "none", $BIND, "");
    mountOn("none", $_, "none", $REMOUNT | $BIND | $RDONLY | $NOSUID | $NODEV | $NOEXEC, "");
  }
  mountOn("sysfs", "/sys", "sysfs", $RDONLY | $NOSUID | $NODEV | $NOEXEC, "");
  makeDevices();
  mountOn("tmp", "/tmp", "none", $BIND, "");
  mountOn("tmpfs", "/run", "tmpfs", 0, "mode=755");
  mountOn("tmpfs", "/root", "tmpfs", 0, "mode=700") if -d "/root";
  my $layer = 0;
  for (@$hosts) { showHost($_, ++$layer, $flags->{$_} || 0) }
  for ("upper", "tmp", "layers", "/dev", "/run", "/root") {
    next if !-d $_;
    open(my $folder, "<", $_) or die "open $_: $!\n";
    push @kept, $folder;
  }
  while (@$binds) { my ($from, $to) = splice(@$binds, 0, 2); bindMount("/.old$from", $to) }
  for (@$masks) {
    if (-d $_) { mountOn("tmpfs", $_, "tmpfs", $RDONLY, "mode=000,size=4k") }
    elsif (-e $_) { mountOn("/dev/null", $_, "none", $BIND, "") }
  }
  need(chdir("/"), "/");
  my $gone = "/.old";
  need(0 == syscall($nr{umount2}, $gone, $DETACH), "umount $gone");
  rmdir $gone;
}

# This process keeps all its rights, so that no process of the step may trace it; what it starts gets the granted ones.
sub limitRights {
  for my $cap (0 .. $lastCap) { need(0 == control($BOUNDING_DROP, $cap), "prctl") if !$granted{$cap} }
  control($AMBIENT, 4);
  my ($header, $sets) = (pack("L l", 0x20080522, 0), "\0" x 24);
  need(0 == syscall($nr{capget}, $header, $sets), "capget");
  my @sets = unpack("L6", $sets);
  @sets[2, 5] = (0, 0);
  $sets = pack("L6", @sets);
  need(0 == syscall($nr{capset}, $header, $sets), "capset");
}

sub readFrame {
  my ($handle) = @_;
  my $bytes = "";
  for (my $wanted = 4; length $bytes < $wanted;) {
    sysread($handle, $bytes, $wanted - length $bytes, length $bytes) or leave(0);
    $wanted = 4 + unpack("N", $bytes) if length $bytes == 4;
  }
  return unpack("(N/a*)*", substr($bytes, 4));
}

sub findProgram {
  my ($name, $path) = @_;
  return -f $name && -x _ ? $name : undef if $name =~ m{/};
  for (split(/:/, $path)) { my $file = ($_ eq "" ? "." : $_) . "/$name"; return $file if -f $file && -x _ }
  return undef;
}

# Exit code 64 and the message are those of Argo's emissary.
sub mainOf {
  my ($folder, $count, @rest) = @_;
  my @argv = splice(@rest, 0, $count);
  my ($path) = map { substr($_, 5) } grep { /^PATH=/ } @rest;
  $folder = "/$folder" if $folder !~ m{^/};
  eval { makeFolder($folder) };
  if (!chdir $folder) { complain("$folder: $!\n"); leave(64) }
  my $file = findProgram($argv[0], defined $path ? $path : "");
  if (!defined $file) {
    my $message = "failed to find name in PATH: exec: \"$argv[0]\": executable file not found in \$PATH";
    complain("$message\n");
    if (open(my $log, ">", "/dev/termination-log")) { syswrite($log, $message) }
    leave(64);
  }
  become(\@rest, $file, @argv);
}

# Waits for its command before it has any other work, so that a step need not wait for a fork. Undefined without a fork.
sub startMain {
  my ($orders, $outEnd, $errEnd) = @_;
  my $main = fork;
  return $main if !defined $main || $main;
  my @command = readFrame($orders);
  umask $mask;
  syscall($nr{setsid});
  onto($outEnd, 1); onto($errEnd, 2);
  closeOthers();
  mainOf(@command);
}

# Everything that a step could leave behind in a pod: what it can write besides the binds, without the contents of what it
# cannot change unseen, and what its first process hands down. Undefined when that is much.
sub describePod {
  my @paths = map { "/proc/self/fd/" . fileno($_) . "/." } @kept;
  my ($text, $left) = ("", 256);
  while (defined(my $path = shift @paths)) {
    my $stat = "\0" x 144;
    return undef if --$left < 0 || 0 != syscall($nr{newfstatat}, -100, "$path", $stat, 0x100);
    # All of struct stat but when it was read last.
    $text .= $path . substr($stat, 0, 72) . substr($stat, 88, 32);
    next if (unpack("L", substr($stat, $arm ? 16 : 24, 4)) & 0170000) != 0040000;
    opendir(my $folder, $path) or return undef;
    push @paths, map { "$path/$_" } grep { $_ ne "." && $_ ne ".." } readdir $folder;
  }
  for my $name (qw(limits oom_score_adj coredump_filter stat status)) {
    open(my $file, "<", "/proc/self/$name") or return undef;
    sysread($file, my $said, 16384) or return undef;
    if ($name eq "stat") { my @fields = split(/ /, substr($said, rindex($said, ")") + 2)); $said = "@fields[15, 16, 37, 38]\n" }
    if ($name eq "status") { $said = join("\n", grep { /^(Sig(Blk|Ign|Cgt)|Cap|(Cpus|Mems)_allowed:|Umask)/ } split(/\n/, $said)) }
    $text .= $said;
  }
  return $text . syscall($nr{ioprio_get}, 1, 0);
}

# Sees the waiting command to its end and ends what it leaves behind.
sub awaitMain {
  my ($main) = @_;
  my $status = 9;
  for (my $pid = 0; $pid != $main && $pid >= 0;) { $pid = waitpid(-1, 0); $status = $? if $pid == $main }
  kill(9, -1);
  1 while waitpid(-1, 0) > 0;
  return $status;
}

# The first process of a step's namespaces.
sub firstProcess {
  my ($orders, $news, $outEnd, $errEnd, @root) = @_;
  control($DEATH_SIGNAL, 9);
  closeOthers($orders, $news, $outEnd, $errEnd, $null);
  onto($null, 0); onto($null, 1); onto($null, 2);
  my $main = eval {
    buildRoot(@root);
    limitRights();
    # The host's device must not stay open here.
    open(my $own, "+<", "/dev/null") or die "/dev/null: $!\n";
    onto($own, 0); onto($own, 1); onto($own, 2);
    close $null;
    startMain($orders, $outEnd, $errEnd) || die "fork: $!\n";
  };
  if (!$main) { syswrite($news, pack("a N/a*", "f", $@)); leave(1) }
  my $asNew = describePod();
  syswrite($news, pack("a N/a*", "r", ""));
  while (1) {
    my $status = awaitMain($main);
    # Behind the command stands 0 when the engine looks at what it leaves, 1 when not if it succeeds, 2 when it has
    # a use for the pod if nothing is left.
    sysread($orders, my $use, 1) or leave(0);
    my $ended = pack("N", $status);
    if ($use eq "2" && $status == 0 && defined $asNew && (describePod() || "") eq $asNew) {
      $main = startMain($orders, $outEnd, $errEnd);
      if ($main) { syswrite($news, pack("a N/a*", "a", $ended)); next }
    }
    close $outEnd; close $errEnd;
    $SIG{CHLD} = "IGNORE";
    my $type = $use ne "0" && $status == 0 ? "X" : "x";
    syswrite($news, pack("a N/a*", $type, $ended));
    leave(0) if $type eq "X";
    1 while sysread($orders, my $nothing, 4096);
    leave(0);
  }
}

# Removes what a step without changes leaves; false when there is more, which is the engine's to remove.
sub removeTree {
  my ($path, $left) = @_;
  opendir(my $folder, $path) or return 0;
  for my $name (readdir $folder) {
    next if $name eq "." || $name eq "..";
    return 0 if --$$left < 0;
    my $inner = "$path/$name";
    lstat $inner;
    return 0 if -d _ ? !removeTree($inner, $left) : !unlink $inner;
  }
  return rmdir $path;
}

sub openPod {
  my ($id, $state, $upper, $hosts, @rest) = @_;
  my @hosts = splice(@rest, 0, $hosts);
  my $binds = shift @rest;
  my @binds = splice(@rest, 0, $binds);
  pipe(my $orders, my $ordersEnd) && pipe(my $news, my $newsEnd) && pipe(my $out, my $outEnd) && pipe(my $err, my $errEnd)
    or return fail($id, "pipe: $!");
  my $pid = syscall($nr{clone}, $NEWNS | $NEWPID | $SIGCHLD, 0, 0, 0, 0);
  return fail($id, "clone: $!") if $pid < 0;
  firstProcess($orders, $newsEnd, $outEnd, $errEnd, $state, $upper, \@hosts, \@binds, \@rest) if !$pid;
  follow($id, { pid => $pid, state => $state, orders => $ordersEnd, news => $news, out => $out, err => $err });
}

sub drain {
  my ($id, $entry, $name, $most) = @_;
  while (defined $entry->{$name} && $most-- > 0) {
    my $count = sysread($entry->{$name}, my $text, 65536);
    return if !defined $count;
    if (!$count) { delete $entry->{$name}; return }
    answer($name eq "out" ? "o" : "e", $id, $text);
    flushSaid() if length $said > 262144;
  }
}

sub drainAll { my ($id, $entry) = @_; drain($id, $entry, $_, 1 << 20) for qw(out err) }

sub hear {
  my ($id, $entry) = @_;
  my $count = sysread($entry->{news}, my $text, 8192);
  return if !defined $count;
  return delete $entry->{news} if !$count;
  my ($type, $rest) = unpack("a N/a*", $text);
  # What ends by itself is told when nothing of it is left.
  if ($type eq "X") { $entry->{last} = $rest; return }
  if ($type eq "x") { drainAll($id, $entry); $entry->{told} = 1 }
  if ($type eq "a") { drainAll($id, $entry) }
  answer($type, $id, $rest);
}

sub reap {
  my ($id, $entry) = @_;
  waitpid($entry->{pid}, 0);
  $entry->{status} = $?;
  delete $entry->{ended};
  if ($entry->{here}) {
    kill(9, -$entry->{pid});
    # What left the process group may hold the pipes for ever.
    $entry->{until} = time + 3;
    return finishHere($id, $entry, 0);
  }
  drainAll($id, $entry);
  hear($id, $entry) if defined $entry->{news};
  $entry->{gone} = 1;
  syswrite($toRemover, pack("N N/a*", $id, $entry->{state})) || finishPod($id, $entry, 0);
}

sub finishPod {
  my ($id, $entry, $isClean) = @_;
  answer("x", $id, defined $entry->{last} ? $entry->{last} : pack("N", $entry->{status})) if !$entry->{told};
  answer("d", $id, $isClean ? "" : "+");
  delete $live{$id};
}

# A disk may take its time to remove files: a fork of its own does it meanwhile.
sub startRemover {
  pipe(my $paths, $toRemover) && pipe($fromRemover, my $replies) or die "pipe: $!\n";
  my $pid = fork;
  die "fork: $!\n" if !defined $pid;
  if ($pid) { close $paths; close $replies; return fcntl($fromRemover, 4, 2048) }
  control($DEATH_SIGNAL, 9);
  closeOthers($paths, $replies);
  onto($null, $_) for (0, 1, 2);
  my $bytes = "";
  while (sysread($paths, $bytes, 65536, length $bytes)) {
    while (length $bytes >= 8 && length $bytes >= 8 + unpack("x4 N", $bytes)) {
      my ($id, $state) = unpack("N N/a*", $bytes);
      $bytes = substr($bytes, 8 + length $state);
      my $left = 64;
      syswrite($replies, pack("N N", $id, removeTree($state, \$left) ? 1 : 0));
    }
  }
  leave(0);
}

my $replied = "";
sub hearRemover {
  my $count = sysread($fromRemover, $replied, 65536, length $replied);
  return if !defined $count;
  if (!$count) {
    undef $fromRemover;
    for my $id (keys %live) { finishPod($id, $live{$id}, 0) if $live{$id}{gone} }
    return;
  }
  while (length $replied >= 8) {
    my ($id, $isClean) = unpack("N N", $replied);
    $replied = substr($replied, 8);
    finishPod($id, $live{$id}, $isClean) if $live{$id};
  }
}

sub finishHere {
  my ($id, $entry, $late) = @_;
  drainAll($id, $entry);
  return if !$late && (defined $entry->{out} || defined $entry->{err});
  answer("x", $id, pack("N", $entry->{status}));
  answer("d", $id, "");
  delete $live{$id};
}

sub obey {
  my ($type, $id, $text) = @_;
  my $entry = $live{$id};
  return runHere($id, unpack("N/a* a*", $text)) if $type eq "R";
  return openPod($id, unpack("(N/a*)*", $text)) if $type eq "P";
  return if !$entry;
  if ($type eq "M") {
    my ($step, $use, $command) = unpack("N/a* N/a* a*", $text);
    noteStart($step);
    syswrite($entry->{orders}, pack("N", length $command) . $command . $use);
  }
  if ($type eq "K") {
    kill(9, -$entry->{pid}) if $entry->{here};
    kill(9, $entry->{pid}) if !defined $entry->{status};
  }
}

my $heard = "";
sub obeyAll {
  my $count = sysread(STDIN, $heard, 65536, length $heard);
  endAll() if !$count;
  while (length $heard >= 4 && length $heard >= 4 + unpack("N", $heard)) {
    my $length = unpack("N", $heard);
    my ($type, $id, $text) = unpack("x4 a N a*", substr($heard, 0, 4 + $length));
    $heard = substr($heard, 4 + $length);
    obey($type, $id, $text);
  }
}

my $probe = syscall($PIDFD_OPEN, $$ + 0, 0);
die "pidfd_open: $!\n" if $probe < 0;
need(0 == syscall($CLOSE_RANGE, $probe, $probe, 0), "close_range");
startRemover();
answer("h", 0, "");
while (1) {
  flushSaid();
  my $wanted = "";
  my $now = time;
  my $pause;
  vec($wanted, 0, 1) = 1;
  vec($wanted, fileno($fromRemover), 1) = 1 if defined $fromRemover;
  for my $entry (values %live) {
    for (qw(news out err ended)) { vec($wanted, fileno($entry->{$_}), 1) = 1 if defined $entry->{$_} }
    $pause = 1 if $entry->{until};
  }
  next if select(my $ready = $wanted, undef, undef, $pause) < 0;
  for my $id (sort { $a <=> $b } keys %live) {
    my $entry = $live{$id};
    for (qw(out err)) { drain($id, $entry, $_, 1) if defined $entry->{$_} && vec($ready, fileno($entry->{$_}), 1) }
    hear($id, $entry) if defined $entry->{news} && vec($ready, fileno($entry->{news}), 1);
    if (defined $entry->{ended}) { reap($id, $entry) if vec($ready, fileno($entry->{ended}), 1) }
    elsif ($entry->{until}) { finishHere($id, $entry, $now >= $entry->{until}) }
  }
  hearRemover() if defined $fromRemover && vec($ready, fileno($fromRemover), 1);
  obeyAll() if vec($ready, 0, 1);
}
`;
