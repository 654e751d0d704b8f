// The parts of three.js that scenes use, as one module.
export {
  AmbientLight, BufferAttribute, BufferGeometry, CanvasTexture, Color, CylinderGeometry,
  DirectionalLight, DoubleSide, Fog, Group, HemisphereLight, InstancedMesh, Line,
  LineBasicMaterial, LineLoop, Mesh, MeshBasicMaterial, MeshLambertMaterial, MeshPhongMaterial,
  MeshStandardMaterial, Object3D, PerspectiveCamera, PlaneGeometry, Raycaster, Scene, Shape,
  ShapeGeometry, SphereGeometry, Sprite, SpriteMaterial, Vector2, Vector3, WebGLRenderer,
} from "three";
export { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
