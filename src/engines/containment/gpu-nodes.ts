// Devices through which programs use a GPU on Linux: NVIDIA's, those of Mesa and AMD, WSL's, Jetson's, Mali's.
const names = /^(?:nvidia|nvgpu|nvmap|nvhost-|nvsciipc|dri$|kfd$|dxg$|mali\d)/;

/** @param devices names in /dev */
export function gpuNodes(devices: readonly string[]): string[] {
  return devices.filter(name => names.test(name)).map(name => `/dev/${name}`);
}
