import { backendCases } from "../testing/backend-cases.js";

backendCases("cpu");
