import { registry } from "./detectors/catalogue.js";
import { isolationForest } from "./detectors/isolation-forest/isolation-forest.js";
import { kmeans } from "./detectors/kmeans/kmeans.js";
import { knn } from "./detectors/knn/knn.js";
import { lof } from "./detectors/lof/lof.js";
import { oneClassSvm } from "./detectors/one-class-svm/one-class-svm.js";

export { type Registry, registry } from "./detectors/catalogue.js";

registry.register(isolationForest);
registry.register(kmeans);
registry.register(oneClassSvm);
registry.register(knn);
registry.register(lof);
