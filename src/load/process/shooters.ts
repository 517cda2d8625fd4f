import { type DriverName, LoadError } from '../driver.js';
import type { MakeShooter } from '../shooter.js';

/** By driver, loaded when it is asked for: a load process has one. k6 is a process of its own. */
const LOADERS: Readonly<Partial<Record<DriverName, () => Promise<MakeShooter>>>> = {
  engine: async () => (await import('../engine/shooter.js')).makeEngineShooter,
  autocannon: async () => (await import('../autocannon/shooter.js')).makeAutocannonShooter,
  'fal-client': async () => (await import('../sdk/shooter.js')).makeSdkShooter,
};

/** @throws LoadError for a driver that has no load processes */
export function shooterOf(driver: DriverName): Promise<MakeShooter> {
  const load = LOADERS[driver];
  if (load === undefined) throw new LoadError(`expected a driver with load processes, got ${driver}`);
  return load();
}
