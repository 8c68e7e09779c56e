export {
  type Calibration,
  type CalibrationJSON,
  type CalibrationMethod,
  calibrationFromJSON,
  ecdfCalibration,
  fitCalibration,
  gaussianCalibration,
  isotonicCalibration,
  logisticCalibration,
} from "./calibration.js";
