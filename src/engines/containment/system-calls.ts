// What the kernel refuses a contained process, as numbers of system calls: seccomp knows no names.

/** Of an architecture: its mark in a filter's data (linux/audit.h), and its numbers (asm/unistd.h). */
export interface Calls {
  readonly audit: number;
  /** Numbers from here on belong to another way of calling; absent: there is none. */
  readonly foreignFrom?: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Since Linux 5.1 a new call has one number everywhere. */
const newer = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  clone3: 435,
  mount_setattr: 442,
  fchmodat2: 452,
  setxattrat: 463,
  removexattrat: 466,
} as const;

export const architectures: Readonly<Record<string, Calls>> = {
  x64: {
    audit: 0xc000003e,
    foreignFrom: 0x40000000,
    numbers: {
      ...newer,
      ioctl: 16,
      socket: 41,
      clone: 56,
      truncate: 76,
      chmod: 90,
      fchmod: 91,
      chown: 92,
      fchown: 93,
      lchown: 94,
      ptrace: 101,
      utime: 132,
      pivot_root: 155,
      chroot: 161,
      mount: 165,
      umount2: 166,
      setxattr: 188,
      lsetxattr: 189,
      fsetxattr: 190,
      removexattr: 197,
      lremovexattr: 198,
      fremovexattr: 199,
      utimes: 235,
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      fchownat: 260,
      futimesat: 261,
      fchmodat: 268,
      unshare: 272,
      utimensat: 280,
      perf_event_open: 298,
      setns: 308,
      process_vm_readv: 310,
      process_vm_writev: 311,
      bpf: 321,
      userfaultfd: 323,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    numbers: {
      ...newer,
      setxattr: 5,
      lsetxattr: 6,
      fsetxattr: 7,
      removexattr: 14,
      lremovexattr: 15,
      fremovexattr: 16,
      ioctl: 29,
      umount2: 39,
      mount: 40,
      pivot_root: 41,
      truncate: 45,
      chroot: 51,
      fchmod: 52,
      fchmodat: 53,
      fchownat: 54,
      fchown: 55,
      utimensat: 88,
      unshare: 97,
      ptrace: 117,
      socket: 198,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      clone: 220,
      perf_event_open: 241,
      setns: 268,
      process_vm_readv: 270,
      process_vm_writev: 271,
      bpf: 280,
      userfaultfd: 282,
    },
  },
};

/** EPERM, and ENOSYS where a program then takes another way. */
const refused = 1;
const unknown = 38;

/** Refuses a call: always, or where an argument (its lower 32 bits) is one of `values` or has a bit of `bits`. */
export interface Refusal {
  readonly call: string;
  readonly error: number;
  readonly argument?: { readonly index: number; readonly values: readonly number[] } | undefined;
  readonly bits?: { readonly index: number; readonly mask: number } | undefined;
}

const always = (error: number, ...calls: readonly string[]): Refusal[] => calls.map(call => ({ call, error }));

const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const CLONE_NEWUSER = 0x10000000;

/** In the order of their weight. A call that an architecture lacks is left out there. */
export const refusals: readonly Refusal[] = [
  // Any socket: to other machines, and to what listens on this one (a container engine, a desktop's bus). Pairs of
  // sockets, as between parent and child, have another call.
  ...always(refused, 'socket'),
  // The same, and files too, past this filter.
  ...always(unknown, 'io_uring_setup', 'io_uring_enter', 'io_uring_register'),
  // Other processes of the same user.
  ...always(refused, 'ptrace', 'process_vm_readv', 'process_vm_writev'),
  // Keystrokes into the terminal that turncoat was started from.
  { call: 'ioctl', error: refused, argument: { index: 1, values: [TIOCSTI, TIOCLINUX] } },
  // What a file is beside its content: Landlock leaves that open.
  ...always(refused, 'chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat'),
  ...always(refused, 'utime', 'utimes', 'futimesat', 'utimensat', 'setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat'),
  ...always(refused, 'removexattr', 'lremovexattr', 'fremovexattr', 'removexattrat'),
  // Before Landlock's third version it leaves this open as well.
  ...always(refused, 'truncate'),
  // Other namespaces, where a process has rights that it lacks here.
  { call: 'clone', error: refused, bits: { index: 0, mask: CLONE_NEWUSER } },
  // Its flags lie in memory, where a filter can't look; C libraries then take `clone`.
  ...always(unknown, 'clone3'),
  ...always(refused, 'unshare', 'setns', 'chroot', 'pivot_root', 'mount', 'umount2', 'mount_setattr', 'move_mount'),
  ...always(refused, 'open_tree', 'fsopen', 'fsconfig', 'fsmount', 'fspick'),
  // Parts of the kernel that programs like this one have no need of, and that had holes.
  ...always(refused, 'bpf', 'perf_event_open', 'userfaultfd', 'keyctl', 'add_key', 'request_key'),
];
